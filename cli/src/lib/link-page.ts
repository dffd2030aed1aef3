import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Writes a page that leads on to a link, into the data folder, where this user alone can read it. What opens a browser is
 * given the page and not the link: the arguments of programs are there for every user of the machine to see.
 * @returns its path
 */
export async function writeLinkPage(home: string, url: string): Promise<string> {
  const path = join(home, 'dashboard.html');
  await mkdir(home, { recursive: true, mode: 0o700 });
  // One of before may have been made with other permissions.
  await rm(path, { force: true });
  await writeFile(path, pageTo(url), { mode: 0o600, flag: 'wx' });
  return path;
}

function pageTo(url: string): string {
  const href = url.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="referrer" content="no-referrer">
    <meta http-equiv="refresh" content="0; url=${href}">
    <title>MINOOTS</title>
  </head>
  <body><a href="${href}">Go on to the dashboard</a></body>
</html>
`;
}
