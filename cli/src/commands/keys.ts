import { Command } from '@commander-js/extra-typings';
import { type ApiKey, type CreateApiKeyRequest, type CreatedApiKey, KeyScope } from '@minoots/contract';
import pc from 'picocolors';
import { readDuration, readEnd, readScopes } from '../lib/arguments.ts';
import { type Cli, newCommand, outputFor } from '../lib/cli.ts';
import { formatInstant } from '../lib/format.ts';
import { renderTable } from '../lib/table.ts';
import { safeLine } from '../lib/text.ts';
import { UsageError } from '../lib/usage-error.ts';

const SHAPE =
  '{"id":"key_…","name":"ci","prefix":"mnt_live_4fZk","scopes":["timers:read"],"status":"active",…}';
const SHOWN_ONCE = '{"id":"key_…","key":"mnt_live_…",…}';

/** `minoots keys`: what programs show to act for the team. */
export function keysCommand(cli: Cli) {
  return new Command('keys')
    .summary('Make and end API keys')
    .description('Look after the API keys of the team. A key is shown once, when it is made.')
    .addCommand(listCommand(cli))
    .addCommand(createCommand(cli))
    .addCommand(rotateCommand(cli))
    .addCommand(revokeCommand(cli));
}

function listCommand(cli: Cli) {
  const help = { output: `{"data":[${SHAPE}]}`, examples: ['minoots keys list'] };
  return newCommand('list', 'List the API keys, newest first', help).action(async (options) => {
    const data = await cli.client().apiKeys.list();
    outputFor(cli, options).print({ data }, () =>
      data.length === 0 ? 'No API keys.' : renderTable(HEADINGS, data.map(rowOf)),
    );
  });
}

function createCommand(cli: Cli) {
  const help = {
    output: SHOWN_ONCE,
    errors: ['invalid_request', 'forbidden', 'team_full', 'shown_once'],
    examples: [
      'minoots keys create "deploy agent" --scopes timers:read,timers:write,timers:fire',
      'minoots keys create wall --read-only --expires 90d',
      'minoots keys create ci --scopes timers:write --json | jq -r .key > key.txt',
    ],
  };
  return newCommand('create', 'Make an API key and show it, once', help)
    .argument('<name>', 'what it is called in lists')
    .option('--scopes <scopes>', `what it may do, with commas: ${KeyScope.options.join(', ')}`, readScopes)
    .option('--read-only', 'it may see all and change nothing')
    .option('--expires <when>', 'ends by itself: after 90d, or at 2031-01-31T09:00:00Z', readEnd)
    .option('--test', 'a key of the form mnt_test_…')
    .action(async (name, options) => {
      const made = await cli.client().apiKeys.create({
        name,
        scopes: chosenScopes(options),
        ...(options.expires && { expires_at: options.expires }),
        ...(options.test && { kind: 'test' }),
      });
      outputFor(cli, options).print(made, () => describeMade(made));
    });
}

function rotateCommand(cli: Cli) {
  const help = {
    output: SHOWN_ONCE,
    errors: ['not_found', 'invalid_state', 'forbidden', 'team_full', 'shown_once'],
    examples: ['minoots keys rotate key_4fZk0Qw7cTn2Ry9LbXa1Ve --overlap 1h'],
  };
  return newCommand('rotate', 'Make another key in the place of one, and show it, once', help)
    .argument('<id>', 'id of the key')
    .option('--overlap <duration>', 'how long the old one works on: 0 to 7d; 24h unless told', readDuration)
    .action(async (id, { overlap, ...options }) => {
      const made = await cli.client().apiKeys.rotate(id, overlap === undefined ? {} : { overlap });
      outputFor(cli, options).print(made, () => describeMade(made));
    });
}

function revokeCommand(cli: Cli) {
  const help = {
    output: SHAPE,
    errors: ['not_found', 'invalid_state'],
    examples: ['minoots keys revoke key_4fZk0Qw7cTn2Ry9LbXa1Ve'],
  };
  return newCommand('revoke', 'End an API key, everywhere within half a minute', help)
    .argument('<id>', 'id of the key')
    .action(async (id, options) => {
      const key = await cli.client().apiKeys.revoke(id);
      outputFor(cli, options).print(key, () => `${pc.green('✓')} ${key.id} ${safeLine(key.name)} is revoked`);
    });
}

function chosenScopes(options: {
  scopes?: KeyScope[] | undefined;
  readOnly?: true | undefined;
}): CreateApiKeyRequest['scopes'] {
  const { scopes, readOnly } = options;
  if ((scopes === undefined) === (readOnly === undefined))
    throw new UsageError('say what the key may do: --scopes or --read-only');
  return scopes ?? 'read-only';
}

const HEADINGS = ['ID', 'NAME', 'KEY', 'STATUS', 'ENDS', 'LAST USED', 'SCOPES'];

function rowOf({ id, name, prefix, status, expires_at, last_used_at, scopes }: ApiKey): string[] {
  const ends = formatInstant(expires_at);
  return [
    id,
    safeLine(name),
    `${prefix}…`,
    status,
    ends,
    formatInstant(last_used_at),
    scopes.length === KeyScope.options.length ? 'all' : scopes.join(' '),
  ];
}

function describeMade({ id, name, key }: CreatedApiKey): string {
  return `${pc.green('✓')} ${id} ${safeLine(name)}. Keep the key now: it is not shown again.\n\n  ${key}\n`;
}
