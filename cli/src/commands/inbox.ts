import { Command } from '@commander-js/extra-typings';
import { readCount, readSpanMs } from '../lib/arguments.ts';
import { type Cli, newCommand, outputFor } from '../lib/cli.ts';
import { describeAcknowledged, describeMessage, describeMessages } from '../lib/message-text.ts';

const SHAPE = '{"id":"msg_…","to_agent":"…","text":"…","data":{…},"from":{…},"ack_by":null,…}';
const ID = 'msg_4fZk0Qw7cTn2Ry9LbXa1Ve';
const NOTHING_CAME = 4;

/** `minoots inbox`: the messages that wait for an agent, or for the team. */
export function inboxCommand(cli: Cli) {
  return new Command('inbox')
    .summary('Read and acknowledge messages')
    .description('Look after the messages that wait for an agent, or for the whole team where none is named.')
    .addCommand(readCommand(cli), { isDefault: true })
    .addCommand(ackCommand(cli))
    .addCommand(getCommand(cli));
}

function readCommand(cli: Cli) {
  const help = {
    output: `{"data":[${SHAPE}],"next_cursor":null}`,
    errors: ['invalid_request'],
    exitCodes: '4 nothing came within --wait',
    examples: [
      'minoots inbox deploy_agent',
      'minoots inbox deploy_agent --wait',
      'minoots inbox deploy_agent --wait 10m --limit 1',
      'minoots inbox',
    ],
  };
  return newCommand('read', 'Show what is not acknowledged, oldest first', help)
    .argument('[agent]', 'whose inbox; that of the team unless given')
    .option(
      '--wait [span]',
      'when there is nothing, wait for it: 30s, 5m or, without a span, for good',
      readSpanMs,
    )
    .option('--all', 'show those that are acknowledged, too')
    .option('--limit <count>', 'at most this many', readCount)
    .option('--cursor <cursor>', 'go on at next_cursor of the page before')
    .action(async (agent, { wait, all, limit, cursor, ...options }) => {
      const { agents } = cli.client();
      const chosen = {
        ...(wait !== undefined && { waitMs: wait === true ? Number.POSITIVE_INFINITY : wait }),
        ...(all && { all }),
        ...(limit !== undefined && { limit }),
        ...(cursor !== undefined && { cursor }),
      };
      const page = await (agent === undefined ? agents.teamInbox(chosen) : agents.inbox(agent, chosen));
      const { data } = page;
      outputFor(cli, options).print(page, () =>
        data.length === 0 ? 'No messages.' : describeMessages(data),
      );
      if (wait !== undefined && data.length === 0) cli.exitCode = NOTHING_CAME;
    });
}

function ackCommand(cli: Cli) {
  const help = {
    output: '{"id":"msg_…","acknowledgements":[…],"escalated":false,…}',
    errors: ['not_found'],
    examples: [
      `minoots inbox ack ${ID} --agent deploy_agent --note "rolled back"`,
      `minoots inbox ack ${ID}`,
    ],
  };
  return newCommand('ack', 'Acknowledge a message', help)
    .argument('<id>', 'id of the message')
    .option(
      '--agent <id>',
      'agent in whose inbox it is; that of the team unless given: it is settled for all then',
    )
    .option('--note <text>', 'a word on it, kept with the acknowledgement')
    .action(async (id, { agent, note, ...options }) => {
      const { agents } = cli.client();
      const done = await (agent === undefined ? agents.ackForTeam(id, note) : agents.ack(agent, id, note));
      outputFor(cli, options).print(done, () => describeAcknowledged(done));
    });
}

function getCommand(cli: Cli) {
  const help = { output: SHAPE, errors: ['not_found'], examples: [`minoots inbox get ${ID}`] };
  return newCommand('get', 'Show a message and who has acknowledged it', help)
    .argument('<id>', 'id of the message')
    .action(async (id, options) => {
      const message = await cli.client().agents.message(id);
      outputFor(cli, options).print(message, () => describeMessage(message));
    });
}
