import type { SignInLink } from '@minoots/contract';
import { type Cli, newCommand, outputFor } from '../lib/cli.ts';
import { formatInstant } from '../lib/format.ts';
import { writeLinkPage } from '../lib/link-page.ts';

const help = {
  output: '{"id":"lnk_…","url":"http://127.0.0.1:3000/dashboard#code=…","expires_at":"…"}',
  errors: ['sign_in_links_unavailable', 'forbidden'],
  examples: ['minoots dashboard', 'minoots dashboard --no-open', 'minoots dashboard --session 1h'],
};

/** `minoots dashboard`: signs whoever holds the local key in to the dashboard of the server. */
export function dashboardCommand(cli: Cli) {
  return newCommand('dashboard', 'Open the dashboard, signed in by a link that works once', help)
    .option('--no-open', 'print the link and open nothing')
    .option('--session <duration>', 'how long the session lasts, 1m to 30d (12h unless told)')
    .action(async ({ session, ...options }) => {
      const made = await cli.client().signIn.link(session === undefined ? {} : { session });
      const link = { ...made, url: asReached(made.url, cli.settings().url) };
      const output = outputFor(cli, options);
      const { browse } = cli.terminal;
      const isOpened = browse !== undefined && options.open && !output.json;
      output.print(link, () => describe(link, isOpened));
      if (isOpened) await browse(await writeLinkPage(cli.settings().home, link.url));
    });
}

/** A link as the server is reached from here: behind a proxy it does not know its own address. */
function asReached(url: string, server: string | undefined): string {
  if (server === undefined) return url;
  const { pathname, hash } = new URL(url);
  return server + pathname + hash;
}

function describe({ url, expires_at: end }: SignInLink, isOpened: boolean): string {
  const lead = isOpened
    ? 'The dashboard opens in your browser. Where it does not, open this link yourself'
    : 'Open this link in a browser that reaches the server';
  return `${lead}; it signs you in, once, until ${formatInstant(end)}:\n\n  ${url}\n`;
}
