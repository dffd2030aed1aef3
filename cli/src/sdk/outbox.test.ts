import { describe, expect, it } from '@jest/globals';
import { MinootsError } from './errors.ts';
import { Outbox } from './outbox.ts';
import type { Outcome } from './sync-worker.ts';
import { toWire, type WireRequest } from './wire.ts';

const change = (id: string) => toWire('cancelTimer', { id });
const removal = toWire('deleteTimer', { id: 'x' });
const read = toWire('getTimer', { id: 'x' });

const done: Outcome = { ok: true, json: 'done' };
const missing: Outcome = {
  ok: false,
  error: new MinootsError({ code: 'not_found', detail: 'gone', status: 404 }).toJSON(),
};
const unreachable: Outcome = {
  ok: false,
  error: new MinootsError({ code: 'unreachable', detail: 'no way' }).toJSON(),
};

/** An outbox whose requests are answered by hand; what blocks gets `outcomes`. */
function anOutbox(outcomes: Outcome[] = []) {
  const sent: { request: WireRequest; answer: PromiseWithResolvers<unknown> }[] = [];
  const sentSync: (readonly WireRequest[])[] = [];
  const outbox = new Outbox(
    (request) => {
      const answer = Promise.withResolvers<unknown>();
      sent.push({ request, answer });
      return answer.promise;
    },
    (requests) => {
      sentSync.push(requests);
      return outcomes;
    },
  );
  return { outbox, sent, sentSync };
}

describe('Outbox', () => {
  it('sends a change only after the one before it is answered, whatever the answer', async () => {
    const { outbox, sent } = anOutbox();
    const first = outbox.push(change('a'));
    const second = outbox.push(change('b'));
    await Promise.resolve();
    expect(sent.map(({ request }) => request.path)).toEqual(['/v1/timers/a/cancel']);
    sent[0]?.answer.reject(new MinootsError({ code: 'not_found', detail: 'gone', status: 404 }));
    await expect(first.answer).rejects.toThrow('gone');
    await Promise.resolve();
    expect(sent).toHaveLength(2);
    sent[1]?.answer.resolve('second');
    expect(await second.answer).toBe('second');
    await outbox.idle();
    expect(outbox.size).toBe(0);
  });

  it('sends unanswered changes before a blocking read, and takes their answers from there', async () => {
    const { outbox, sent, sentSync } = anOutbox([done, { ok: true, json: 'timer' }]);
    const request = change('a');
    const { answer } = outbox.push(request);
    expect(outbox.flushSync(read)).toBe('timer');
    expect(sentSync).toEqual([[request, read]]);
    expect(await answer).toBe('done');
    await outbox.idle();
    expect(sent).toHaveLength(0);
  });

  it('knows of a refusal at once when it blocked for it', async () => {
    const { outbox } = anOutbox([missing, { ok: true, json: 'timer' }]);
    const pushed = outbox.push(change('a'));
    expect(outbox.flushSync(read)).toBe('timer');
    expect(pushed.outcome).toEqual(missing);
    await expect(pushed.answer).rejects.toMatchObject({ code: 'not_found' });
  });

  it('leaves a removal that failed when repeated to the answer of its first sending', async () => {
    const { outbox, sent } = anOutbox([missing, missing]);
    const { answer } = outbox.push(removal);
    await Promise.resolve();
    expect(() => outbox.flushSync(read)).toThrow('gone');
    expect(outbox.size).toBe(1);
    sent[0]?.answer.resolve('removed');
    expect(await answer).toBe('removed');
  });

  it('throws when the server cannot be reached, and keeps the change', () => {
    const { outbox } = anOutbox([unreachable]);
    outbox.push(change('a'));
    expect(() => outbox.flushSync(read)).toThrow('no way');
    expect(outbox.size).toBe(1);
  });

  it('gives the refusals of a last flush, which nobody will await', async () => {
    const { outbox } = anOutbox([done, missing]);
    outbox.push(change('a'));
    const { answer } = outbox.push(change('b'));
    expect(outbox.drainSync(1_000).map(({ code }) => code)).toEqual(['not_found']);
    await expect(answer).rejects.toThrow('gone');
  });
});
