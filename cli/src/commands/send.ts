import type { SendMessageRequest } from '@minoots/contract';
import { readDuration, readMetadata } from '../lib/arguments.ts';
import { type Cli, newCommand, outputFor } from '../lib/cli.ts';
import { describeSent } from '../lib/message-text.ts';
import { UsageError } from '../lib/usage-error.ts';

/** The name of the escalation, which has the beginning of the text. The text itself may look like placeholders. */
const ESCALATED_TEXT = '${timer.name}';

const help = {
  output: '{"id":"msg_…","to_agent":"…","text":"…","ack_by":"…","escalation_timer_id":"tmr_…",…}',
  errors: ['invalid_request', 'inbox_full', 'target_refused'],
  examples: [
    'minoots send "deploy 1.4.0 is out" --to deploy_agent',
    'minoots send "deploys stop at noon"',
    'minoots send "approve 1.4.0" --to release_agent --ack-within 5m --escalate-webhook https://example.com/hooks/oncall',
    'minoots send "approve 1.4.0" --to release_agent --ack-within 5m --escalate-to ops_agent',
  ],
};

interface EscalationOptions {
  ackWithin?: string | undefined;
  escalateWebhook?: string | undefined;
  escalateTo?: string | undefined;
}

/** `minoots send`. */
export function sendCommand(cli: Cli) {
  return newCommand('send', 'Put a message into the inbox of an agent, or of the whole team', help)
    .argument('<text>', 'what to say')
    .option('--to <agent>', 'whose inbox; every agent of the team unless given')
    .option('--data <json>', 'a JSON object to go with it', readMetadata)
    .option('--ack-within <duration>', 'how soon it is to be acknowledged: 30s, 5m, 1h30m')
    .option('--escalate-webhook <url>', 'call this URL when it is not; with --ack-within')
    .option('--escalate-to <agent>', 'tell this agent when it is not; with --ack-within')
    .action(async (text, { to, data, ackWithin, escalateWebhook, escalateTo, ...options }) => {
      const message: SendMessageRequest = {
        text,
        ...(data && { data }),
        ...readEscalation({ ackWithin, escalateWebhook, escalateTo }),
      };
      const { agents } = cli.client();
      const sent = await (to === undefined ? agents.broadcast(message) : agents.send(to, message));
      outputFor(cli, options).print(sent, () => describeSent(sent));
    });
}

function readEscalation({
  ackWithin,
  escalateWebhook,
  escalateTo,
}: EscalationOptions): Pick<SendMessageRequest, 'ack_within' | 'escalate_to'> {
  const actions = {
    ...(escalateWebhook !== undefined && { webhook: escalateWebhook }),
    ...(escalateTo !== undefined && { message: { text: ESCALATED_TEXT, to_agent: escalateTo } }),
  };
  const escalates = Object.keys(actions).length > 0;
  if (ackWithin === undefined) {
    if (escalates) throw new UsageError('--escalate-webhook and --escalate-to go with --ack-within');
    return {};
  }
  return { ack_within: readDuration(ackWithin), ...(escalates && { escalate_to: actions }) };
}
