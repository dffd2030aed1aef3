import { describe, expect, it } from '@jest/globals';
import { AcknowledgedMessage, Message, MessagePage } from '@minoots/contract';
import { commandsOnServer } from './support/commands-on-server.ts';

const { minoots } = commandsOnServer();

describe('minoots inbox', () => {
  it('waits for what a timer leaves for an agent, which acknowledges it', async () => {
    const agent = 'deploy_agent';
    await minoots(['create', '300ms', 'through?', '--agent', agent, '--message', 'Look after 1.4.0']);
    const { stdout } = await minoots(['inbox', agent, '--wait', '--limit', '1']);
    const [message] = MessagePage.parse(JSON.parse(stdout)).data;
    expect(message).toMatchObject({ text: 'Look after 1.4.0', from: { timer_name: 'through?' } });
    const ack = ['inbox', 'ack', message?.id ?? '', '--agent', agent, '--note', 'it is'];
    const done = AcknowledgedMessage.parse(JSON.parse((await minoots(ack)).stdout));
    expect(done.acknowledgements).toMatchObject([{ agent_id: agent, note: 'it is' }]);
    expect(await minoots(['inbox', agent], { isTTY: true })).toEqual({
      code: 0,
      stdout: 'No messages.\n',
      stderr: '',
    });
    expect((await minoots(['inbox', agent, '--all'], { isTTY: true })).stdout).toMatch(
      /^Look after 1\.4\.0\n {2}msg_\w+ · .* · from through\? \(tmr_\w+\) · acknowledged /,
    );
    expect((await minoots(['inbox', 'get', done.id], { isTTY: true })).stdout).toMatch(
      /acked +by deploy_agent, .*: it is/,
    );
  });

  it('says by its exit code that nothing came', async () => {
    expect(await minoots(['inbox', 'nobody', '--wait', '50ms'], { isTTY: true })).toMatchObject({ code: 4 });
  });

  it('shows what is sent to all to each, until it is settled', async () => {
    const sent = await minoots(['send', 'deploys stop at\u001b[31m noon', '--data', '{"until":"noon"}']);
    const { id, data } = Message.parse(JSON.parse(sent.stdout));
    expect(data).toEqual({ until: 'noon' });
    for (const inbox of [['inbox', 'one'], ['inbox', 'other'], ['inbox']])
      expect((await minoots(inbox, { isTTY: true })).stdout).toContain('deploys stop at noon\n');
    const acked = await minoots(['inbox', 'ack', id, '--agent', 'one'], { isTTY: true });
    expect(acked.stdout).toBe(`✓ ${id} is acknowledged\n`);
    expect((await minoots(['inbox', 'one'], { isTTY: true })).stdout).toBe('No messages.\n');
    await minoots(['inbox', 'ack', id]);
    expect((await minoots(['inbox', 'other'], { isTTY: true })).stdout).toBe('No messages.\n');
  });
});

describe('minoots send', () => {
  it('escalates to another agent what nobody acknowledges, and tells that to who comes too late', async () => {
    const escalation = ['--ack-within', '200ms', '--escalate-to', 'ops'];
    const sent = await minoots(['send', 'approve ${this}', '--to', 'late', ...escalation], { isTTY: true });
    expect(sent.stdout).toMatch(/^✓ sent to late, to be acknowledged by /);
    const { stdout } = await minoots(['inbox', 'ops', '--wait', '20s']);
    const [escalated] = MessagePage.parse(JSON.parse(stdout)).data;
    expect(escalated?.text).toBe('Unacknowledged: approve ${this}');
    const [late] = MessagePage.parse(JSON.parse((await minoots(['inbox', 'late'])).stdout)).data;
    const done = await minoots(['inbox', 'ack', late?.id ?? '', '--agent', 'late'], { isTTY: true });
    expect(done.stdout).toBe(`✓ ${late?.id} is acknowledged; it had escalated already\n`);
  });

  it('takes no escalation without the time for it', async () => {
    const { code, stderr } = await minoots(['send', 'x', '--escalate-to', 'ops']);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('go with --ack-within') });
  });
});
