import { describe, expect, it } from '@jest/globals';
import { TimerEvents } from '@minoots/contract';
import { ACTION_KINDS } from '../actions/registry.ts';
import { parseEvents } from './event-parse.ts';

const URL_TEXT = 'https://api.example.com/hook';
const message = (text: string) => ({ type: 'message', text, toAgent: null });

/** Parses as the API does: first by the contract, then into actions. */
function parse(events: unknown) {
  return parseEvents(ACTION_KINDS, TimerEvents.parse(events), '/events');
}

function sharesOf(at: string[]) {
  const parsed = parse({ on_progress: { at, message: 'x' } });
  if (!parsed.ok) throw new Error(parsed.detail);
  return parsed.value.progress?.shares;
}

describe('parseEvents', () => {
  it('reads the actions of each event', () => {
    const parsed = parse({
      on_expire: { message: 'up' },
      on_cancel: { message: 'cancelled' },
      on_failure: { actions: [{ type: 'message', text: 'failed' }] },
      on_progress: { at: ['50%'], message: 'half' },
    });
    expect(parsed).toEqual({
      ok: true,
      value: {
        expire: [message('up')],
        cancel: [message('cancelled')],
        failure: [message('failed')],
        progress: { shares: [0.5], actions: [message('half')] },
      },
    });
  });

  it.each([[undefined], [{}]])('reads no actions from %j', (events) => {
    expect(parseEvents(ACTION_KINDS, events, '/events')).toEqual({
      ok: true,
      value: { expire: [], cancel: [], failure: [], progress: null },
    });
  });

  it('puts shares in order and takes each once, however it is written', () => {
    expect(sharesOf(['75%', '5%', '25%', '25.0%', '05%', '25.00%'])).toEqual([0.05, 0.25, 0.75]);
  });

  it.each([
    ['0.01%', 0.0001],
    ['1%', 0.01],
    ['33.33%', 0.3333],
    ['99.99%', 0.9999],
  ])('reads %s as %d', (text, share) => {
    expect(sharesOf([text])).toEqual([expect.closeTo(share, 12)]);
  });

  it.each([
    '0%',
    '00%',
    '0.00%',
    '100%',
    '100.01%',
    '-5%',
    '25',
    25,
    '0.25',
    '25 %',
    '1e1%',
    '25.123%',
    '٢٥%',
    '%',
  ])('leaves out %j, as the contract refuses it', (at) => {
    expect(TimerEvents.safeParse({ on_progress: { at: [at], message: 'x' } }).success).toBe(false);
  });

  it.each([
    ['no shares', { at: [], message: 'x' }],
    ['more than 10 shares', { at: Array.from({ length: 11 }, (_, n) => `${n + 1}%`), message: 'x' }],
    ['no list', { message: 'x' }],
    ['a field of another event', { at: ['5%'], message: 'x', after: '5m' }],
  ])('leaves out progress with %s, as the contract refuses it', (_, progress) => {
    expect(TimerEvents.safeParse({ on_progress: progress }).success).toBe(false);
  });

  it.each([[{ at: ['50%'] }], [{ at: ['50%'], actions: [] }]])(
    'refuses progress without actions: %j',
    (progress) => {
      expect(parse({ on_progress: progress })).toEqual({
        ok: false,
        code: 'invalid_request',
        detail: 'name at least one action',
        pointer: '/events/on_progress',
      });
    },
  );

  it.each(['on_expire', 'on_cancel', 'on_failure', 'on_progress'])(
    'names the field of %s at fault',
    (event) => {
      const at = event === 'on_progress' ? { at: ['50%'] } : {};
      expect(parse({ [event]: { ...at, message: '${nope}' } })).toMatchObject({
        ok: false,
        code: 'unknown_placeholder',
        pointer: `/events/${event}/message`,
      });
      const actions = [{ type: 'webhook', url: URL_TEXT, timeout: '2h' }];
      expect(parse({ [event]: { ...at, actions } })).toMatchObject({
        ok: false,
        code: 'invalid_request',
        pointer: `/events/${event}/actions/0/timeout`,
      });
    },
  );
});
