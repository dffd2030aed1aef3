import { Command } from '@commander-js/extra-typings';
import pc from 'picocolors';
import { readDuration } from '../lib/arguments.ts';
import { type Cli, newCommand, outputFor } from '../lib/cli.ts';
import { formatInstant } from '../lib/format.ts';
import { readSecret } from '../lib/secret-input.ts';
import { renderTable } from '../lib/table.ts';

const SHAPE = '{"name":"SLACK_WEBHOOK_URL","created_at":"…","updated_at":"…"}';

/** `minoots secrets`: what actions name and nobody can read. */
export function secretsCommand(cli: Cli) {
  return new Command('secrets')
    .summary('Keep what receivers know the service by')
    .description('Look after the secrets that actions name. A value that was set is never shown again.')
    .addCommand(setCommand(cli))
    .addCommand(listCommand(cli))
    .addCommand(deleteCommand(cli))
    .addCommand(rotateSigningCommand(cli));
}

function setCommand(cli: Cli) {
  const help = {
    output: SHAPE,
    errors: ['invalid_request', 'secrets_full', 'secrets_unavailable'],
    examples: [
      'minoots secrets set SLACK_WEBHOOK_URL',
      'minoots secrets set DEPLOY_TOKEN < token.txt',
      'pass show pagerduty | minoots secrets set PAGERDUTY_ROUTING_KEY',
    ],
  };
  return newCommand('set', 'Set a secret, from a prompt or from what is piped in', help)
    .argument('<name>', 'name of the secret, such as SLACK_WEBHOOK_URL')
    .option('--value <value>', 'the value itself, which then stays in the history of your shell')
    .action(async (name, { value, ...options }) => {
      const secret = value ?? (await readSecret(cli.terminal, `Value of ${name}: `));
      const entry = await cli.client().secrets.set(name, secret);
      outputFor(cli, options).print(entry, () => `${pc.green('✓')} ${entry.name} is set`);
    });
}

function listCommand(cli: Cli) {
  const help = { output: `{"data":[${SHAPE}]}`, examples: ['minoots secrets list'] };
  return newCommand('list', 'List the names of all secrets', help).action(async (options) => {
    const data = await cli.client().secrets.list();
    const rows = data.map(({ name, updated_at }) => [name, formatInstant(updated_at)]);
    outputFor(cli, options).print({ data }, () =>
      data.length === 0 ? 'No secrets.' : renderTable(['NAME', 'SET AT'], rows),
    );
  });
}

function deleteCommand(cli: Cli) {
  const help = {
    output: SHAPE,
    errors: ['not_found'],
    examples: ['minoots secrets delete SLACK_WEBHOOK_URL'],
  };
  return newCommand('delete', 'Remove a secret; actions that name it fail from then on', help)
    .argument('<name>', 'name of the secret')
    .action(async (name, options) => {
      const entry = await cli.client().secrets.delete(name);
      outputFor(cli, options).print(entry, () => `${pc.green('✓')} ${entry.name} is removed`);
    });
}

function rotateSigningCommand(cli: Cli) {
  const help = {
    output: '{"data":[{"id":"sgn_…","created_at":"…","works_until":null},…]}',
    errors: ['invalid_state', 'secrets_unavailable'],
    examples: ['minoots secrets rotate-signing', 'minoots secrets rotate-signing --overlap 0'],
  };
  return newCommand('rotate-signing', 'Make a new secret that signs webhooks, and do not show it', help)
    .option(
      '--overlap <duration>',
      'how long the one before signs too: 0 to 7d; 24h unless told',
      readDuration,
    )
    .action(async ({ overlap, ...options }) => {
      const data = await cli.client().service.rotateSigningSecret(overlap === undefined ? {} : { overlap });
      const end = data.find(({ works_until }) => works_until !== null)?.works_until ?? null;
      const before =
        end === null ? 'The one before is gone.' : `The one before signs until ${formatInstant(end)}.`;
      outputFor(cli, options).print(
        { data },
        () => `${pc.green('✓')} A new secret signs webhooks. ${before}`,
      );
    });
}
