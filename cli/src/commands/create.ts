import type { CreatedTimer } from '@minoots/contract';
import pc from 'picocolors';
import { type Cli, outputFor } from '../lib/cli.ts';
import { formatInstant, formatSpan } from '../lib/format.ts';
import { safeLine } from '../lib/text.ts';
import { timerRequestCommand } from '../lib/timer-request.ts';
import { newTimerId } from '../sdk/timer-id.ts';

const help = {
  output: '{"id":"tmr_…","name":"…","status":"running","fire_at":"…","receipt":{"durable":true,…},…}',
  errors: [
    'invalid_request',
    'timer_exists',
    'target_refused',
    'unknown_parent',
    'unknown_placeholder',
    'plan_limit_reached',
  ],
  examples: [
    'minoots create 30s coffee_break',
    'minoots create 1h30m "nightly report" --webhook https://example.com/hook --label env=prod',
    'minoots create --at 2030-01-31T09:00:00Z launch',
    'minoots create 30s step2 --depends-on tmr_4fZk0Qw7cTn2Ry9LbXa1Ve --depends-on-when succeeded',
    'minoots create 5m deploy --conditions \'{"tests_passed":true}\' --recheck 30s --give-up 1h',
    'minoots create 2h backup --command "npm run backup"',
    'minoots create --local 2030-01-31T09:00 --timezone Europe/Paris launch',
  ],
};

/** `minoots create`. */
export function createCommand(cli: Cli) {
  return timerRequestCommand(cli, 'create', 'Create a timer', help, async (request, options) => {
    const timer = await cli.client().timers.create({ id: newTimerId(), ...request });
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
