import { Command } from '@commander-js/extra-typings';
import pc from 'picocolors';
import { type Cli, newCommand, outputFor } from '../lib/cli.ts';

/** `minoots account`: what concerns the person who asks. */
export function accountCommand(cli: Cli) {
  return new Command('account')
    .summary('See what is kept of you, or have it deleted')
    .description(
      'For people who sign in: what the service keeps of them, whatever team they are in, and its end.',
    )
    .addCommand(exportCommand(cli))
    .addCommand(deleteCommand(cli));
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

function deleteCommand(cli: Cli) {
  const help = {
    output: '{"user_id":"…","deleted_at":"…","teams":[{"slug":"ann-4fzk0q",…}],"left":["devops-team"]}',
    errors: ['confirmation_mismatch', 'last_owner', 'subscription_active', 'forbidden'],
    examples: ['minoots account delete --confirm ann@example.com'],
  };
  return newCommand('delete', 'Delete your account, and the teams that nobody else is in, for good', help)
    .requiredOption('--confirm <email>', 'your email address, so that nothing is deleted by accident')
    .action(async (options) => {
      const deleted = await cli.client().account.delete(options.confirm);
      const slugs = deleted.teams.map(({ slug }) => slug).join(', ');
      outputFor(cli, options).print(deleted, () => `${pc.green('✓')} you are forgotten, and so is ${slugs}`);
    });
}
