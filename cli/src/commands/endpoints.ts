import { Command, Option } from '@commander-js/extra-typings';
import { type Endpoint, EndpointStatus } from '@minoots/contract';
import pc from 'picocolors';
import { type Cli, newCommand, outputFor } from '../lib/cli.ts';
import { formatInstant } from '../lib/format.ts';
import { renderFields, renderTable } from '../lib/table.ts';
import { safeLine } from '../lib/text.ts';

const SHAPE = '{"id":"end_…","url":"https://…","status":"paused","failing_since":"…","next_probe_at":"…",…}';
const ID = 'end_4fZk0Qw7cTn2Ry9LbXa1Ve';

/** `minoots endpoints`: URLs that keep failing. */
export function endpointsCommand(cli: Cli) {
  return new Command('endpoints')
    .summary('See which URLs keep failing; pause and resume them')
    .description(
      'Look after the URLs that webhooks and functions are called at. The service pauses one that keeps failing and probes it; what is due meanwhile is postponed.',
    )
    .addCommand(listCommand(cli))
    .addCommand(getCommand(cli))
    .addCommand(pauseCommand(cli))
    .addCommand(resumeCommand(cli));
}

function listCommand(cli: Cli) {
  const help = {
    output: `{"data":[${SHAPE}]}`,
    examples: ['minoots endpoints list', 'minoots endpoints list --status paused'],
  };
  return newCommand('list', 'List endpoints that fail or are paused', help)
    .alias('ls')
    .addOption(new Option('--status <status>', 'only these').choices(EndpointStatus.options))
    .action(async ({ status, ...options }) => {
      const data: Endpoint[] = [];
      for await (const endpoint of cli.client().endpoints.all(status === undefined ? {} : { status }))
        data.push(endpoint);
      outputFor(cli, options).print({ data }, () =>
        data.length === 0 ? 'No endpoint fails or is paused.' : describeAll(data),
      );
    });
}

function getCommand(cli: Cli) {
  const help = { output: SHAPE, errors: ['not_found'], examples: [`minoots endpoints get ${ID}`] };
  return newCommand('get', 'Show what is known of an endpoint', help)
    .argument('<id>', 'id of the endpoint')
    .action(async (id, options) => {
      const endpoint = await cli.client().endpoints.get(id);
      outputFor(cli, options).print(endpoint, () => describe(endpoint));
    });
}

function pauseCommand(cli: Cli) {
  const help = {
    output: SHAPE,
    errors: ['not_found', 'invalid_request'],
    examples: [
      `minoots endpoints pause ${ID}`,
      "minoots endpoints pause https://example.com/hook --reason 'we move house'",
    ],
  };
  return newCommand('pause', 'Send nothing until it is resumed by hand', help)
    .argument('<endpoint>', 'id of the endpoint, or its URL')
    .option('--reason <text>', 'why, for those who wonder')
    .action(async (which, { reason, ...options }) => {
      const { endpoints } = cli.client();
      const endpoint = await (which.includes('://')
        ? endpoints.pauseUrl(which, reason)
        : endpoints.pause(which, reason));
      outputFor(cli, options).print(endpoint, () => describeChange('is paused', endpoint));
    });
}

function resumeCommand(cli: Cli) {
  const help = {
    output: SHAPE,
    errors: ['not_found', 'invalid_state'],
    examples: [`minoots endpoints resume ${ID}`],
  };
  return newCommand('resume', 'Send again, and what was postponed first', help)
    .argument('<id>', 'id of the endpoint')
    .action(async (id, options) => {
      const endpoint = await cli.client().endpoints.resume(id);
      outputFor(cli, options).print(endpoint, () => describeChange('has resumed', endpoint));
    });
}

function describeChange(what: string, { id, url }: Endpoint): string {
  return `${pc.green('✓')} ${safeLine(url)} ${what} (${id})`;
}

function describeAll(endpoints: readonly Endpoint[]): string {
  const rows = endpoints.map((endpoint) => [
    endpoint.id,
    safeLine(endpoint.url),
    endpoint.status,
    endpoint.failing_since === null ? '–' : formatInstant(endpoint.failing_since),
    String(endpoint.consecutive_failures),
    safeLine(endpoint.last_error ?? '–'),
  ]);
  return renderTable(['ENDPOINT', 'URL', 'STATUS', 'FAILING SINCE', 'FAILURES', 'LAST ERROR'], rows);
}

function describe(endpoint: Endpoint): string {
  const { failing_since: since, paused_at: pausedAt, next_probe_at: probeAt } = endpoint;
  return renderFields([
    ['id', endpoint.id],
    ['url', safeLine(endpoint.url)],
    ['status', endpoint.status],
    ['failing since', since && formatInstant(since)],
    ['failures', endpoint.consecutive_failures === 0 ? null : String(endpoint.consecutive_failures)],
    ['last error', endpoint.last_error && safeLine(endpoint.last_error)],
    ['paused at', pausedAt && formatInstant(pausedAt)],
    ['paused by', endpoint.paused_by && safeLine(endpoint.paused_by)],
    ['reason', endpoint.pause_reason && safeLine(endpoint.pause_reason)],
    ['next probe', probeAt && formatInstant(probeAt)],
  ]);
}
