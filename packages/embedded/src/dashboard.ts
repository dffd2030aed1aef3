import { readFile } from 'node:fs/promises';
import type { Hono } from 'hono';

/** Where the dashboard is served. */
export const DASHBOARD_PATH = '/dashboard';

const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  // No text becomes markup or code, whatever a script does with it.
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

const JAVASCRIPT = 'text/javascript; charset=utf-8';
/** The files of the page, so that no path of a request ever reaches the file system. */
const ASSETS = {
  'style.css': 'text/css; charset=utf-8',
  'icon.svg': 'image/svg+xml',
  'api.js': JAVASCRIPT,
  'event-stream.js': JAVASCRIPT,
  'format.js': JAVASCRIPT,
  'live.js': JAVASCRIPT,
  'page.js': JAVASCRIPT,
  'session.js': JAVASCRIPT,
  'view.js': JAVASCRIPT,
} as const;

/** Serves the page that sign-in links open. It asks the API like any other client. */
export function mountDashboard(app: Hono): void {
  app.get(DASHBOARD_PATH, () => serve('index.html', 'text/html; charset=utf-8'));
  for (const [file, contentType] of Object.entries(ASSETS))
    app.get(`${DASHBOARD_PATH}/${file}`, () => serve(file, contentType));
}

async function serve(file: string, contentType: string): Promise<Response> {
  const content = await readFile(new URL(`./dashboard/${file}`, import.meta.url));
  return new Response(new Uint8Array(content), {
    headers: {
      'content-type': contentType,
      'cache-control': 'no-cache',
      'content-security-policy': POLICY,
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    },
  });
}
