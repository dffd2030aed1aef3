import { Command } from '@commander-js/extra-typings';
import type { Schedule } from '@minoots/contract';
import { readCount } from '../lib/arguments.ts';
import { type Cli, newCommand, outputFor } from '../lib/cli.ts';
import { formatInstant } from '../lib/format.ts';
import {
  describeOccurrences,
  describeSchedule,
  describeScheduleChange,
  describeSchedules,
} from '../lib/schedule-text.ts';
import { renderTable } from '../lib/table.ts';
import { safeLine } from '../lib/text.ts';
import { describeChange } from '../lib/timer-text.ts';
import type { Schedules } from '../sdk/resources/schedules.ts';
import { createScheduleCommand, previewScheduleCommand, updateScheduleCommand } from './schedule-plan.ts';

const SHAPE = '{"id":"sch_…","name":"…","status":"active","next":{"fire_at":"…","timer_id":"…",…},…}';
const ID = 'sch_4fZk0Qw7cTn2Ry9LbXa1Ve';
const DEFAULT_LIMIT = 100;

/** `minoots schedule`: timers made over and over by a plan. */
export function scheduleCommand(cli: Cli) {
  return new Command('schedule')
    .summary('Run timers over and over by a plan')
    .description(
      'Look after schedules. Each run is an ordinary timer, made by the template of its schedule; one is always pending.',
    )
    .addCommand(createScheduleCommand(cli))
    .addCommand(listCommand(cli))
    .addCommand(getCommand(cli))
    .addCommand(updateScheduleCommand(cli))
    .addCommand(changeCommand(cli, 'pause', 'Take the pending run back and plan no other', 'paused'))
    .addCommand(changeCommand(cli, 'resume', 'Go on with the first run from now on', 'resumed'))
    .addCommand(runCommand(cli))
    .addCommand(nextCommand(cli))
    .addCommand(logsCommand(cli))
    .addCommand(previewScheduleCommand(cli))
    .addCommand(changeCommand(cli, 'delete', 'Cancel the pending run and remove the schedule', 'deleted'));
}

function listCommand(cli: Cli) {
  const help = { output: `{"data":[${SHAPE}],"more":false}`, examples: ['minoots schedule list'] };
  return newCommand('list', 'List schedules, newest first', help)
    .alias('ls')
    .option('--paused', 'only those that are paused')
    .option('--limit <count>', 'at most this many', readCount, DEFAULT_LIMIT)
    .action(async (options) => {
      const data: Schedule[] = [];
      let more = false;
      for await (const schedule of cli.client().schedules.all(options.paused ? { status: 'paused' } : {})) {
        more = data.length === options.limit;
        if (more) break;
        data.push(schedule);
      }
      const text = () => (data.length === 0 ? 'No schedules.' : describeSchedules(data));
      outputFor(cli, options).print({ data, more }, text);
    });
}

function getCommand(cli: Cli) {
  const help = { output: SHAPE, errors: ['not_found'], examples: [`minoots schedule get ${ID}`] };
  return newCommand('get', 'Show a schedule', help)
    .argument('<id>', 'id of the schedule')
    .action(async (id, options) => {
      const schedule = await cli.client().schedules.get(id);
      outputFor(cli, options).print(schedule, () => describeSchedule(schedule));
    });
}

function changeCommand(
  cli: Cli,
  verb: keyof Pick<Schedules, 'pause' | 'resume' | 'delete'>,
  summary: string,
  done: string,
) {
  const help = { output: SHAPE, errors: ['not_found'], examples: [`minoots schedule ${verb} ${ID}`] };
  return newCommand(verb, summary, help)
    .argument('<id>', 'id of the schedule')
    .action(async (id, options) => {
      const schedule = await cli.client().schedules[verb](id);
      outputFor(cli, options).print(schedule, () => describeScheduleChange(done, schedule));
    });
}

function runCommand(cli: Cli) {
  const help = {
    output: '{"id":"tmr_…","name":"…","status":"running","schedule_id":"sch_…",…}',
    errors: ['not_found'],
    examples: [`minoots schedule run ${ID}`],
  };
  return newCommand('run', 'Run once at once, beside the plan', help)
    .argument('<id>', 'id of the schedule')
    .action(async (id, options) => {
      const timer = await cli.client().schedules.run(id);
      outputFor(cli, options).print(timer, () => describeChange('runs', timer));
    });
}

function nextCommand(cli: Cli) {
  const help = {
    output: '{"data":[{"planned_at":"…","fire_at":"…","local_time":"…","dst":null},…]}',
    errors: ['not_found'],
    examples: [`minoots schedule next ${ID} --count 5`],
  };
  return newCommand('next', 'Foresee the next runs', help)
    .argument('<id>', 'id of the schedule')
    .option('--count <count>', 'so many runs: 10 unless told', readCount)
    .action(async (id, options) => {
      const data = await cli.client().schedules.next(id, options.count);
      outputFor(cli, options).print({ data }, () => describeOccurrences(data));
    });
}

function logsCommand(cli: Cli) {
  const help = {
    output: '{"data":[{"at":"…","type":"occurrence.skipped","message":"…"},…]}',
    errors: ['not_found'],
    examples: [`minoots schedule logs ${ID}`],
  };
  return newCommand('logs', 'Show what happened to a schedule, oldest first', help)
    .argument('<id>', 'id of the schedule')
    .action(async (id, options) => {
      const data = await cli.client().schedules.logs(id);
      const rows = data.map(({ at, type, message }) => [formatInstant(at), type, safeLine(message)]);
      outputFor(cli, options).print({ data }, () => renderTable(['AT', 'WHAT', 'DETAIL'], rows));
    });
}
