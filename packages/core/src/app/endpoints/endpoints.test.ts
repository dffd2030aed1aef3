import { beforeEach, describe, expect, it } from '@jest/globals';
import type { AttemptReport } from '../../actions/performer.ts';
import { fakeEngine, NOW } from '../../api/fake-engine.ts';
import type { WebhookAction } from '../../domain/action.ts';
import { RELEASE_GAP_MS } from '../../domain/endpoint/state.ts';
import type { Timer } from '../../domain/timer/state.ts';
import { attemptOf, onExpire } from '../../domain/timer/test-timer.ts';
import { dueAt } from '../../domain/timer/time.ts';
import { SecretsUnavailable } from '../../ports/secret-store.ts';
import { StorageUnavailable } from '../../ports/timer-store.ts';
import { sampleTimer } from '../../testing/sample-timer.ts';
import type { Deps } from '../deps.ts';
import { wakeTimer } from '../timers/wake.ts';
import { endpointAt, keyOf } from './endpoint-of.ts';
import { pauseUrl } from './pause.ts';
import { resumeEndpoint } from './resume.ts';
import { tendEndpoints } from './tend.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const URL = 'https://a.example/hook';

function hook(url: string, headers = {}): WebhookAction {
  return { type: 'webhook', url, method: 'POST', headers, body: null, timeoutMs: 1_000 };
}

function contextOf(teamId: string) {
  const principal = { type: 'api-key', id: 'key_1', teamId, scopes: new Set<never>() } as const;
  return { principal: { ...principal, role: null, person: null } };
}

describe('endpoints', () => {
  let now: number;
  let outcome: AttemptReport['outcome'];
  let sent: string[];
  let deps: Deps;
  beforeEach(() => {
    now = NOW;
    outcome = 'succeeded';
    sent = [];
    const engine = fakeEngine({ clock: { now: () => now } });
    const perform = async (_: WebhookAction, { timer }: { timer: Timer }) => {
      sent.push(timer.id);
      const { number: __, ...attempt } = attemptOf(1, outcome, now);
      return { ...attempt, retryAfterMs: null };
    };
    deps = { ...engine, performers: { ...engine.performers, webhook: { perform } } };
  });

  const ctx = contextOf('team_a');
  const endpoint = endpointAt('team_a', URL);
  const known = () => deps.endpoints.get(keyOf(endpoint));
  const read = async ({ teamId, id }: Timer) => {
    const timer = await deps.timers.get({ teamId, timerId: id });
    if (timer === null) throw new Error(`timer ${id} is gone`);
    return timer;
  };
  const add = async (fields: Parameters<typeof sampleTimer>[0] = {}) => {
    const timer = sampleTimer(
      {
        events: onExpire([hook(URL)]),
        when: { type: 'span', ms: 0 },
        retry: { type: 'geometric', maxAttempts: 30, initialMs: MINUTE, factor: 1, maxMs: MINUTE },
        ...fields,
      },
      now,
    );
    await deps.timers.insert([timer]);
    return timer;
  };
  const wake = ({ teamId, id }: Timer, using = deps) =>
    wakeTimer(using, { teamId, timerId: id, at: now, generation: 1 });
  const fired = async (fields: Parameters<typeof sampleTimer>[0] = {}) => {
    const timer = await add(fields);
    await wake(timer);
    return timer;
  };
  const isHeld = async (timer: Timer) => (await read(timer)).deliveries[0]?.postponement?.status === 'held';
  /** Lets alarms go off until nothing is due by then. */
  const passUntil = async (at: number, ...timers: Timer[]) => {
    for (;;) {
      const due = (await Promise.all(timers.map(read))).map((timer) => ({
        timer,
        at: dueAt(timer) ?? at + 1,
      }));
      const [next] = due.sort((one, other) => one.at - other.at);
      if (next === undefined || next.at > at) break;
      now = Math.max(now, next.at);
      await wake(next.timer);
    }
    now = at;
  };

  it('are those of one team: another one calls the same URL as ever', async () => {
    await pauseUrl(deps, ctx, { url: URL });
    const [ours, theirs] = [await fired(), await fired({ teamId: 'team_b' })];
    expect(sent).toEqual([theirs.id]);
    expect(await isHeld(ours)).toBe(true);
    const elsewhere = contextOf('team_b');
    await expect(resumeEndpoint(deps, elsewhere, endpoint.id)).rejects.toThrow('There is no endpoint');
    expect(endpointAt('team_b', URL).id).not.toBe(endpoint.id);
  });

  it('are asked without leave while nobody can tell whether they are paused', async () => {
    await pauseUrl(deps, ctx, { url: URL });
    const failing = async () => {
      throw new StorageUnavailable('told to be');
    };
    const blind = { ...deps, endpoints: { ...deps.endpoints, glance: failing, update: failing } };
    const timer = await add();
    await wake(timer, blind);
    expect([sent, (await read(timer)).status]).toEqual([[timer.id], 'expired']);
  });

  it('are not blamed for what goes wrong in the service', async () => {
    const breaks = async () => Promise.reject(new Error('told to break'));
    const broken = { ...deps, performers: { ...deps.performers, webhook: { perform: breaks } } };
    await wake(await add(), broken);
    const sealed = async () => Promise.reject(new SecretsUnavailable('there is no key'));
    const locked = { ...deps, namedSecrets: { ...deps.namedSecrets, values: sealed } };
    const secret = '$'.concat('{secret.TOKEN}');
    await wake(await add({ events: onExpire([hook(URL, { authorization: secret })]) }), locked);
    outcome = 'refused';
    await fired();
    expect(await known()).toBeNull();
  });

  it('send what was being postponed in the very moment in which they resumed', async () => {
    await pauseUrl(deps, ctx, { url: URL });
    const timer = await add();
    let isAsked = false;
    const racing = {
      ...deps,
      endpoints: {
        ...deps.endpoints,
        update: async <R>(...args: Parameters<typeof deps.endpoints.update<R>>) => {
          const result = await deps.endpoints.update<R>(...args);
          if (!isAsked) {
            isAsked = true;
            await resumeEndpoint(deps, ctx, endpoint.id);
          }
          return result;
        },
      },
    };
    await wake(timer, racing);
    expect(await isHeld(timer)).toBe(false);
    await wake(timer);
    expect((await read(timer)).status).toBe('expired');
  });

  it('send what was being postponed by a process that died in that moment, a minute later', async () => {
    await pauseUrl(deps, ctx, { url: URL });
    const timer = await add();
    await resumeAfter(async () => {
      const dying = {
        ...deps,
        endpoints: { ...deps.endpoints, get: async () => Promise.reject(new Error('the process died')) },
      };
      await expect(wake(timer, dying)).rejects.toThrow('the process died');
    });
    expect(await isHeld(timer)).toBe(true);
    now += MINUTE;
    await tendEndpoints(deps);
    expect(await isHeld(timer)).toBe(false);
    expect(await known()).toBeNull();
  });

  /** Resumes, with something done after what was postponed had been looked for. */
  async function resumeAfter(work: () => Promise<void>): Promise<void> {
    const paused = await known();
    await resumeEndpoint(deps, ctx, endpoint.id);
    const resumed = await known();
    const restore = (to: typeof paused) => deps.endpoints.update(keyOf(endpoint), () => saving(to));
    await restore(paused);
    await work();
    await restore(resumed);
  }

  it('send what was postponed one after another', async () => {
    await pauseUrl(deps, ctx, { url: URL });
    const timers: Timer[] = [];
    for (let n = 0; n < 300; n++) timers.push(await fired());
    await resumeEndpoint(deps, ctx, endpoint.id);
    const due = (await Promise.all(timers.map(read))).map((timer) => (dueAt(timer) ?? 0) - now);
    const even = Array.from({ length: 300 }, (_, index) => index * RELEASE_GAP_MS);
    expect(due.sort((a, b) => a - b)).toEqual(even);
  });

  it('go on sending, a minute later, what is too much for one request', async () => {
    await pauseUrl(deps, ctx, { url: URL });
    const timers = Array.from({ length: 1_100 }, () => sampleTimer({ events: onExpire([hook(URL)]) }, now));
    now += MINUTE;
    await deps.timers.insert(timers);
    for (const timer of timers) await wake(timer);
    await resumeEndpoint(deps, ctx, endpoint.id);
    const held = async () => (await Promise.all(timers.map(isHeld))).filter(Boolean).length;
    expect(await held()).toBe(100);
    now += MINUTE;
    await tendEndpoints(deps);
    expect(await held()).toBe(0);
    const last = Math.max(...(await Promise.all(timers.map(read))).map((timer) => dueAt(timer) ?? 0));
    expect(last - now).toBe(1_099 * RELEASE_GAP_MS - MINUTE);
  });

  describe('that the service has paused', () => {
    const pauseByService = async () => {
      outcome = 'gone';
      const gone = await fired();
      outcome = 'failed';
      return gone;
    };

    it('are probed though the delivery that was to be the probe is gone', async () => {
      await pauseByService();
      const [prober, other] = [await fired(), await fired()];
      now += HOUR;
      await deps.timers.update({ teamId: 'team_a', timerId: prober.id }, () => ({
        remove: true,
        result: null,
      }));
      sent.length = 0;
      expect(await tendEndpoints(deps)).toEqual({ tended: 0, failed: 0 });
      now += MINUTE;
      expect(await tendEndpoints(deps)).toEqual({ tended: 1, failed: 0 });
      await passUntil(now, other);
      expect(sent).toEqual([other.id]);
    });

    it('are probed again though the process died that probed them', async () => {
      await pauseByService();
      const [prober, other] = [await fired(), await fired()];
      now += HOUR;
      const lost = { ...deps.performers, webhook: { perform: () => new Promise<never>(() => {}) } };
      void wake(prober, { ...deps, performers: lost });
      await new Promise(setImmediate);
      await wake(other);
      expect(await isHeld(other)).toBe(true);
      now += 31 * SECOND;
      sent.length = 0;
      await wake(prober);
      expect(sent).toEqual([prober.id]);
    });

    it('let the first attempt that comes due be the probe when nothing was postponed', async () => {
      await pauseByService();
      now += 3 * HOUR;
      await tendEndpoints(deps);
      expect(await tendEndpoints(deps)).toEqual({ tended: 0, failed: 0 });
      outcome = 'succeeded';
      const timer = await fired();
      expect((await read(timer)).status).toBe('expired');
      expect((await known())?.status).toBe('resumed');
    });

    it('count the failures of all attempts, and only that of the probe as the probe’s', async () => {
      await pauseByService();
      const prober = await fired();
      const before = await known();
      now += HOUR;
      await wake(prober);
      const after = await known();
      expect(after?.failures?.count).toBe((before?.failures?.count ?? 0) + 1);
      expect(after?.status === 'paused' && after.pause.probeAt).toBe(now + HOUR);
    });

    it('tell the team though the process died that paused them', async () => {
      const timer = await add();
      outcome = 'gone';
      let updates = 0;
      const update: Deps['timers']['update'] = (key, decide) =>
        ++updates > 2 ? Promise.reject(new Error('the process died')) : deps.timers.update(key, decide);
      await wake(timer, { ...deps, timers: { ...deps.timers, update } });
      const types = async () => (await read(timer)).log.map(({ type }) => type);
      expect(await types()).not.toContain('endpoint.paused');
      now += MINUTE;
      await tendEndpoints(deps);
      await tendEndpoints(deps);
      expect((await types()).filter((type) => type === 'endpoint.paused')).toHaveLength(1);
      const inbox = { teamId: 'team_a', agentId: null };
      const { messages } = await deps.inbox.list(inbox, { all: true, now, limit: 10 });
      expect(messages.map(({ data }) => data?.endpoint_id)).toEqual([endpoint.id]);
      expect((await known())?.notices).toEqual([]);
    });

    it('are forgotten when nobody has called them for a week, and what waits is sent', async () => {
      await pauseByService();
      now += 8 * 24 * HOUR;
      for (let looks = 0; looks < 3; looks++) {
        await tendEndpoints(deps);
        now += HOUR;
      }
      expect(await known()).toBeNull();
    });
  });
});

function saving<T>(save: T | null) {
  return save === null ? { remove: true as const, result: null } : { save, result: null };
}
