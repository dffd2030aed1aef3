import { readFile } from 'node:fs/promises';
import type { Hono } from 'hono';

/** Where the browsable reference is served. */
export const DOCS_PATH = '/docs';

const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  // Swagger UI writes style attributes.
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>MINOOTS API</title>
    <link rel="stylesheet" href="${DOCS_PATH}/swagger-ui.css">
    <link rel="icon" type="image/png" href="${DOCS_PATH}/favicon-32x32.png">
  </head>
  <body>
    <div id="reference"></div>
    <script src="${DOCS_PATH}/swagger-ui-bundle.js"></script>
    <script src="${DOCS_PATH}/reference.js"></script>
  </body>
</html>
`;

const SCRIPT = `SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#reference',
  deepLinking: true,
  validatorUrl: null,
  persistAuthorization: true,
});
`;

const JAVASCRIPT = 'text/javascript; charset=utf-8';
/** The only files of Swagger UI that are served, so that no path of a request ever reaches the file system. */
const ASSETS = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': JAVASCRIPT,
  'favicon-32x32.png': 'image/png',
} as const;

/** Serves the browsable reference of `/openapi.json`, all from this machine. */
export function mountDocs(app: Hono): void {
  app.get(DOCS_PATH, () => respond(PAGE, 'text/html; charset=utf-8', 'no-cache'));
  app.get(`${DOCS_PATH}/reference.js`, () => respond(SCRIPT, JAVASCRIPT, 'no-cache'));
  for (const [file, contentType] of Object.entries(ASSETS)) {
    app.get(`${DOCS_PATH}/${file}`, async () => {
      const content = await readFile(new URL(file, import.meta.resolve('swagger-ui-dist/package.json')));
      return respond(new Uint8Array(content), contentType, 'public, max-age=86400');
    });
  }
}

function respond(
  body: string | Uint8Array<ArrayBuffer>,
  contentType: string,
  cacheControl: string,
): Response {
  return new Response(body, {
    headers: {
      'content-type': contentType,
      'cache-control': cacheControl,
      'content-security-policy': POLICY,
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    },
  });
}
