import { Option } from '@commander-js/extra-typings';
import {
  type CreatedTimer,
  type CreateTimerRequest,
  DependsOnWhen,
  OnDependencyFailure,
} from '@minoots/contract';
import pc from 'picocolors';
import {
  readConditions,
  readIds,
  readLabel,
  readMetadata,
  readOnUnmet,
  readRetry,
  readWhen,
} from '../lib/arguments.ts';
import { type Cli, newCommand, outputFor } from '../lib/cli.ts';
import { formatInstant, formatSpan } from '../lib/format.ts';
import { safeLine } from '../lib/text.ts';
import { UsageError } from '../lib/usage-error.ts';
import { newTimerId } from '../sdk/timer-id.ts';

const help = {
  output: '{"id":"tmr_…","name":"…","status":"running","fire_at":"…","receipt":{"durable":true,…},…}',
  errors: ['invalid_request', 'timer_exists', 'target_refused', 'unknown_parent', 'unknown_placeholder'],
  examples: [
    'minoots create 30s coffee_break',
    'minoots create 1h30m "nightly report" --webhook https://example.com/hook --label env=prod',
    'minoots create --at 2030-01-31T09:00:00Z launch',
    'minoots create 30s step2 --depends-on tmr_4fZk0Qw7cTn2Ry9LbXa1Ve --depends-on-when succeeded',
    'minoots create 5m deploy --conditions \'{"tests_passed":true}\' --recheck 30s --give-up 1h',
    'minoots create --local 2030-01-31T09:00 --timezone Europe/Paris launch',
  ],
};

/** `minoots create`. */
export function createCommand(cli: Cli) {
  return newCommand('create', 'Create a timer', help)
    .usage('[options] <duration> <name>')
    .argument(
      '[duration]',
      'how long from now: 30s, 5m, 2h, 1d, 1h30m, PT90M or milliseconds; none with --at or --local',
    )
    .argument('[name]', 'what to call it')
    .option('--at <instant>', 'fire at an instant, such as 2030-01-31T09:00:00Z')
    .option('--local <time>', 'fire at a wall-clock time, such as 2030-01-31T09:00')
    .option('--timezone <zone>', 'zone of --local, such as Europe/Paris')
    .option('--webhook <url>', 'call this URL when it fires')
    .option('--message <text>', 'leave this message when it fires')
    .option('--agent <id>', 'agent that it belongs to')
    .option('--label <key=value>', 'label it; may be repeated', readLabel)
    .option('--metadata <json>', 'a JSON object to keep with it', readMetadata)
    .option(
      '--conditions <json>',
      'fire only if these hold then, such as {"tests_passed":true}',
      readConditions,
    )
    .option('--recheck <duration>', 'look again this often where they do not; with --give-up')
    .option('--give-up <duration>', 'skip it so long after its time; with --recheck')
    .option('--depends-on <id>', 'start only after this timer; may be repeated', readIds)
    .addOption(
      new Option('--depends-on-when <what>', 'what it waits for there: fired unless told').choices(
        DependsOnWhen.options,
      ),
    )
    .addOption(
      new Option(
        '--on-dependency-failure <what>',
        'when that cannot come any more: cancel unless told',
      ).choices(OnDependencyFailure.options),
    )
    .option('--retry <policy>', 'standard, quick or JSON, for failed webhooks', readRetry)
    .option('--id <id>', 'choose the id; creating the same timer again is then harmless')
    .action(async (first, second, options) => {
      const { webhook, message, agent, label, metadata, retry, id, at, local, timezone } = options;
      const [span, name] = at === undefined && local === undefined ? [first, second] : [undefined, first];
      if (name === undefined) throw new UsageError('give a name: minoots create <duration> <name>');
      if (span === undefined && second !== undefined)
        throw new UsageError('a duration does not go with --at or --local');
      const { conditions } = options;
      const onUnmet = readOnUnmet(options.recheck, options.giveUp);
      const onExpire = { ...(webhook && { webhook }), ...(message && { message }) };
      const request: CreateTimerRequest = {
        id: id ?? newTimerId(),
        name,
        ...readWhen({ in: span, at, local, timezone }),
        ...(agent !== undefined && { agent_id: agent }),
        ...(label && { labels: label }),
        ...(metadata && { metadata }),
        ...(options.dependsOn && { depends_on: options.dependsOn }),
        ...(options.dependsOnWhen && { depends_on_when: options.dependsOnWhen }),
        ...(options.onDependencyFailure && { on_dependency_failure: options.onDependencyFailure }),
        ...(conditions && { conditions }),
        ...(onUnmet && { on_unmet: onUnmet }),
        ...(retry && { retry }),
        ...(webhook || message ? { events: { on_expire: onExpire } } : {}),
      };
      const timer = await cli.client().timers.create(request);
      outputFor(cli, options).print(timer, () => describeCreated(timer));
    });
}

function describeCreated(timer: CreatedTimer): string {
  const { receipt } = timer;
  const kept = receipt.durable ? `kept through ${receipt.survives.join(', ')}` : 'not durable';
  return [
    `${pc.green('✓')} ${safeLine(timer.name)} ${outlook(timer)}`,
    pc.dim(`  ${timer.id} · ${safeLine(kept)}`),
  ].join('\n');
}

function outlook({
  status,
  waiting_for: waitingFor,
  time_remaining_ms: leftMs,
  fire_at: fireAt,
}: CreatedTimer) {
  if (status === 'cancelled') return 'is cancelled: a timer that it depends on has failed';
  if (status !== 'waiting') return `fires in ${formatSpan(leftMs)}, at ${formatInstant(fireAt)}`;
  const others = waitingFor.length === 1 ? 'a timer' : `${waitingFor.length} timers`;
  return `waits for ${others}, then fires in ${formatSpan(leftMs)}`;
}
