import { Option } from '@commander-js/extra-typings';
import { CatchUp, Overlap, ScheduleTemplate } from '@minoots/contract';
import { readCount, readDuration, readLabel, readMetadata, readRetry } from '../lib/arguments.ts';
import { type Cli, newCommand, outputFor } from '../lib/cli.ts';
import type { HelpText } from '../lib/help.ts';
import { describeOccurrences, describeScheduleChange } from '../lib/schedule-text.ts';
import { UsageError } from '../lib/usage-error.ts';

const SHAPE = '{"id":"sch_…","name":"…","status":"active","next":{"fire_at":"…","timer_id":"…",…},…}';

/** `minoots schedule create`. */
export function createScheduleCommand(cli: Cli) {
  const help = {
    output: SHAPE,
    errors: ['invalid_request', 'schedule_exists', 'target_refused', 'unknown_placeholder'],
    examples: [
      'minoots schedule create nightly --cron "0 2 * * *" --timezone Europe/Paris --webhook https://example.com/hook',
      'minoots schedule create poll --every 15m --jitter 1m --message "look again"',
    ],
  };
  return planCommand('create', 'Create a schedule', help)
    .argument('<name>', 'what to call it')
    .option('--id <id>', 'choose the id; creating the same schedule again is then harmless')
    .action(async (name, options) => {
      const { id } = options;
      const { template = {}, ...plan } = planOf(options);
      const request = { ...(id !== undefined && { id }), name, ...plan, template };
      const schedule = await cli.client().schedules.create(request);
      outputFor(cli, options).print(schedule, () => describeScheduleChange('created', schedule));
    });
}

/** `minoots schedule update`. */
export function updateScheduleCommand(cli: Cli) {
  const help = {
    output: SHAPE,
    errors: ['not_found', 'invalid_request', 'target_refused', 'unknown_placeholder'],
    examples: ['minoots schedule update sch_4fZk0Qw7cTn2Ry9LbXa1Ve --cron "0 3 * * *"'],
  };
  return planCommand('update', 'Change a schedule for the occurrences to come', help)
    .argument('<id>', 'id of the schedule')
    .option('--name <name>', 'what to call it')
    .action(async (id, options) => {
      const { name } = options;
      const change = { ...(name !== undefined && { name }), ...planOf(options) };
      const schedule = await cli.client().schedules.update(id, change);
      outputFor(cli, options).print(schedule, () => describeScheduleChange('changed', schedule));
    });
}

/** `minoots schedule preview`. */
export function previewScheduleCommand(cli: Cli) {
  const help = {
    output: '{"data":[{"planned_at":"…","fire_at":"…","local_time":"…","dst":null},…]}',
    errors: ['invalid_request'],
    examples: ['minoots schedule preview --cron "30 2 * * *" --timezone America/New_York --count 5'],
  };
  return newCommand('preview', 'Foresee when a schedule would run, without creating it', help)
    .option('--cron <expression>', 'five fields, or six with the second first')
    .option('--timezone <zone>', 'zone of --cron, such as Europe/Paris')
    .option('--every <duration>', 'a fixed span instead: 15m, 1h or milliseconds', readDuration)
    .option('--count <count>', 'so many runs: 10 unless told', readCount)
    .action(async (options) => {
      const { cron, timezone, every, count } = options;
      const data = await cli.client().schedules.preview({
        ...(cron !== undefined && { cron }),
        ...(timezone !== undefined && { timezone }),
        ...(every !== undefined && { every }),
        ...(count !== undefined && { count }),
      });
      outputFor(cli, options).print({ data }, () => describeOccurrences(data));
    });
}

function planCommand(name: string, summary: string, help: HelpText) {
  return newCommand(name, summary, help)
    .option('--cron <expression>', 'run by the clock: five fields, or six with the second first')
    .option('--timezone <zone>', 'zone of --cron, such as Europe/Paris')
    .option('--every <duration>', 'run so often instead: 15m, 1h or milliseconds', readDuration)
    .option('--jitter <duration>', 'run up to so much later, so that not all run at once', readDuration)
    .addOption(
      new Option('--overlap <policy>', 'when the run before still delivers').choices(Overlap.options),
    )
    .addOption(new Option('--catch-up <policy>', 'after an outage').choices(CatchUp.options))
    .option('--webhook <url>', 'call this URL at each run')
    .option('--message <text>', 'leave this message at each run')
    .option('--agent <id>', 'agent that the runs belong to')
    .option('--label <key=value>', 'label the runs; may be repeated', readLabel)
    .option('--metadata <json>', 'a JSON object to keep with each run', readMetadata)
    .option('--retry <policy>', 'standard, quick or JSON, for failed webhooks', readRetry)
    .option('--template <json>', 'what each run is, as JSON; the options above go before it', readTemplate);
}

type PlanOptions = ReturnType<ReturnType<typeof planCommand>['opts']>;

function planOf(options: PlanOptions) {
  const { cron, timezone, every, jitter, overlap, catchUp } = options;
  const template = templateOf(options);
  return {
    ...(cron !== undefined && { cron }),
    ...(timezone !== undefined && { timezone }),
    ...(every !== undefined && { every }),
    ...(jitter !== undefined && { jitter }),
    ...(overlap !== undefined && { overlap }),
    ...(catchUp !== undefined && { catch_up: catchUp }),
    ...(template !== undefined && { template }),
  };
}

/** Undefined where no option says anything of it. */
function templateOf({
  webhook,
  message,
  agent,
  label,
  metadata,
  retry,
  template,
}: PlanOptions): ScheduleTemplate | undefined {
  const onExpire = {
    ...template?.events?.on_expire,
    ...(webhook !== undefined && { webhook }),
    ...(message !== undefined && { message }),
  };
  const made: ScheduleTemplate = {
    ...template,
    ...(agent !== undefined && { agent_id: agent }),
    ...(label !== undefined && { labels: label }),
    ...(metadata !== undefined && { metadata }),
    ...(retry !== undefined && { retry }),
    ...(Object.keys(onExpire).length > 0 && { events: { ...template?.events, on_expire: onExpire } }),
  };
  return Object.keys(made).length === 0 && template === undefined ? undefined : made;
}

function readTemplate(text: string): ScheduleTemplate {
  try {
    return ScheduleTemplate.parse(JSON.parse(text));
  } catch {
    throw new UsageError('--template takes a JSON object: a timer without its time');
  }
}
