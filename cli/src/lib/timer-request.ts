import { Option } from '@commander-js/extra-typings';
import { type CreateTimerRequest, DependsOnWhen, OnDependencyFailure } from '@minoots/contract';
import {
  collect,
  readConditions,
  readIds,
  readLabel,
  readMetadata,
  readOnUnmet,
  readRetry,
  readWhen,
} from './arguments.ts';
import { type Cli, newCommand } from './cli.ts';
import { readActions } from './event-options.ts';
import type { HelpText } from './help.ts';
import { UsageError } from './usage-error.ts';

/** A command whose arguments and options say all there is to say of a new timer. @param act is given the request */
export function timerRequestCommand(
  cli: Cli,
  name: string,
  summary: string,
  help: HelpText,
  act: (request: CreateTimerRequest, options: { json?: true | undefined }) => Promise<void>,
) {
  return newCommand(name, summary, help)
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
    .option('--command <script>', 'have a runner run this when it fires')
    .option(
      '--cwd <folder>',
      'where it runs: this folder unless told, or that of the runner where the server is on another machine',
    )
    .option(
      '--file <path>',
      'have a runner write this file when it fires, in its own folder (~/.minoots/work on the local server); with --content',
    )
    .option('--content <text>', 'what to write there')
    .option('--append', 'add to the file instead of replacing it')
    .option('--runs-on <label>', 'only runners with this label; may be repeated', collect)
    .option('--claim-within <duration>', 'how long it may wait for a runner: a day unless told')
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
      const { agent, label, metadata, retry, id, at, local, timezone } = options;
      const [span, title] = at === undefined && local === undefined ? [first, second] : [undefined, first];
      if (title === undefined) throw new UsageError(`give a name: minoots ${name} <duration> <name>`);
      if (span === undefined && second !== undefined)
        throw new UsageError('a duration does not go with --at or --local');
      const { conditions } = options;
      const onUnmet = readOnUnmet(options.recheck, options.giveUp);
      const onExpire = readActions(options, () => cli.settings());
      const request: CreateTimerRequest = {
        ...(id !== undefined && { id }),
        name: title,
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
        ...(onExpire && { events: { on_expire: onExpire } }),
      };
      await act(request, options);
    });
}
