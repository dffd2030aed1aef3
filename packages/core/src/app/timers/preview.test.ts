import { describe, expect, it } from '@jest/globals';
import type { CreateTimerRequest } from '@minoots/contract';
import { fakeEngine } from '../../api/fake-engine.ts';
import { samplePrincipal } from '../../testing/sample-principal.ts';
import { createSchedule } from '../schedules/create.ts';
import { previewTimer } from './preview.ts';

const ctx = {
  principal: samplePrincipal('team'),
} as const;
const PRIVATE = 'https://private.example.com/';

const preview = (fields: Partial<CreateTimerRequest>, deps = fakeEngine()) =>
  previewTimer(deps, ctx, { name: 'foreseen', duration: '1h', ...fields });

describe('previewTimer', () => {
  it('names every URL that may not be called, event by event (complaint 16)', async () => {
    const { refusals, timer } = await preview({
      events: {
        on_expire: { webhook: PRIVATE },
        on_cancel: { webhook: 'https://example.com/' },
        on_failure: { webhook: PRIVATE },
      },
    });
    expect(timer).toBeNull();
    expect(refusals).toEqual(
      ['/events/on_expire', '/events/on_failure'].map((pointer) => ({
        code: 'target_refused',
        pointer,
        message: 'it is private',
      })),
    );
  });

  it('writes nothing, arms nothing and tells nobody', async () => {
    const written: string[] = [];
    const note = (what: string) => async () => {
      written.push(what);
      return [];
    };
    const { timers, alarms, events } = fakeEngine();
    const deps = fakeEngine({
      timers: { ...timers, insert: note('insert'), update: () => Promise.reject(new Error('an update')) },
      alarms: { ...alarms, arm: async () => void written.push('arm') },
      events: { ...events, publish: async () => void written.push('publish') },
    });
    const { timer } = await preview({ events: { on_expire: { message: 'done' } } }, deps);
    expect(timer).toMatchObject({ status: 'running', name: 'foreseen' });
    expect(written).toEqual([]);
  });

  it('does not take a fault of the service for one of the timer', async () => {
    const guard = { refusal: () => Promise.reject(new Error('no resolver')) };
    const events = { on_expire: { webhook: 'https://example.com/' } };
    await expect(preview({ events }, fakeEngine({ guard }))).rejects.toThrow('no resolver');
  });
});

describe('createSchedule', () => {
  it('refuses a template whose URL may not be called, with its place', async () => {
    const template = { events: { on_expire: { webhook: PRIVATE } } };
    const deps = fakeEngine();
    await expect(createSchedule(deps, ctx, { name: 'a', every: '1h', template })).rejects.toMatchObject({
      code: 'target_refused',
      errors: [{ pointer: '/template/events/on_expire', message: 'it is private' }],
    });
    expect((await deps.schedules.list('team', {}, 10)).schedules).toEqual([]);
  });
});
