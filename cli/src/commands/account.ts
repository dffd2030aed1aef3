import { Command } from '@commander-js/extra-typings';
import { type Cli, newCommand, outputFor } from '../lib/cli.ts';

/** `minoots account`: what concerns the person who asks. */
export function accountCommand(cli: Cli) {
  return new Command('account')
    .summary('See what is kept of you')
    .description('For people who sign in: what the service keeps of them, whatever team they are in.')
    .addCommand(exportCommand(cli));
}

function exportCommand(cli: Cli) {
  const help = {
    output: '{"user_id":"…","email":"…","memberships":[…],"invitations":[…],"audit":[…],"next_cursor":null}',
    errors: ['forbidden'],
    examples: ['minoots account export > my-data.json'],
  };
  return newCommand('export', 'Print what is kept of you, as JSON', help).action(async (options) => {
    const data = await cli.client().account.wholeData();
    outputFor(cli, options).print(data, () => JSON.stringify(data, null, 2));
  });
}
