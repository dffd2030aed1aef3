import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Deps } from '../app/deps.ts';
import { toEvent } from '../app/event.ts';
import { pauseByHand } from '../domain/endpoint/by-hand.ts';
import { sampleApiKey } from '../testing/sample-api-key.ts';
import { sampleMessage } from '../testing/sample-message.ts';
import { sampleSchedule } from '../testing/sample-schedule.ts';
import { sampleTimer } from '../testing/sample-timer.ts';
import type { IdempotencyStore } from './idempotency-store.ts';
import type { SigningSecretStore } from './signing-secret-store.ts';
import type { TeamEraser } from './team-eraser.ts';
import { countedTimer } from './timer-limits.contract.ts';

const NOW = Date.UTC(2030, 0, 1);

/** The stores of an engine that hold something of teams, but for the teams themselves. */
export type TeamStores = Pick<
  Deps,
  | 'timers'
  | 'schedules'
  | 'shares'
  | 'apiKeys'
  | 'namedSecrets'
  | 'context'
  | 'budgets'
  | 'quotas'
  | 'inbox'
  | 'runners'
  | 'endpoints'
  | 'audit'
  | 'events'
> & { signingSecrets: SigningSecretStore; idempotency: IdempotencyStore };

/** One record of a store. */
export interface Kept {
  /** The table or the collection. */
  place: string;
  /** All that is in it, its id included. */
  text: string;
}

export interface TeamEraserHarness {
  stores: TeamStores;
  eraser: TeamEraser;
  /** Keeps what only this engine has of a team. */
  keepMore?(teamId: string): Promise<void>;
  /** Everything that is stored. */
  dump(): Promise<Kept[]>;
  /** Tables or collections in which something of a team can be. */
  places: readonly string[];
  close(): Promise<void>;
}

/** What every TeamEraser does. @param open gives empty stores */
export function teamEraserContract(name: string, open: () => Promise<TeamEraserHarness>): void {
  describe(`${name} as a TeamEraser`, () => {
    let harness: TeamEraserHarness;
    beforeEach(async () => {
      harness = await open();
      for (const team of ['gone', 'kept']) await fill(harness, `team_${team}`);
      await share(harness, 'team_gone', 'team_kept');
      await share(harness, 'team_kept', 'team_gone');
      await share(harness, 'team_kept', 'team_other');
    });
    afterEach(() => harness.close());

    const of = async (teamId: string) => (await harness.dump()).filter(({ text }) => text.includes(teamId));
    const eraseAll = async (limit: number) => {
      let calls = 0;
      for (; (await harness.eraser.eraseSome('team_gone', limit)) > 0; calls++)
        expect(calls).toBeLessThan(1_000);
      return calls;
    };

    it('is tried on every place where something of a team can be', async () => {
      const filled = new Set((await of('team_gone')).map(({ place }) => place));
      expect([...filled].sort()).toEqual([...harness.places].sort());
    });

    it('leaves nothing that mentions the team, and all that is of others', async () => {
      const before = (await of('team_kept')).filter(({ text }) => !text.includes('team_gone'));
      await eraseAll(500);
      expect(await of('team_gone')).toEqual([]);
      const after = await of('team_kept');
      expect(after).toEqual(expect.arrayContaining(before));
      const { shares } = await harness.stores.shares.listFor('team_other', 10);
      expect(shares).toMatchObject([{ ownerTeamId: 'team_kept' }]);
    });

    it('goes on from wherever it stopped, a little at a time', async () => {
      expect(await harness.eraser.eraseSome('team_nobody', 1)).toBe(0);
      expect(await eraseAll(1)).toBeGreaterThan(10);
      expect(await of('team_gone')).toEqual([]);
    });

    it('does it twice at once as well as once', async () => {
      await Promise.all([eraseAll(2), eraseAll(3)]);
      expect(await of('team_gone')).toEqual([]);
    });
  });
}

/** Keeps something of everything that a team can have. */
async function fill({ stores, keepMore }: TeamEraserHarness, teamId: string): Promise<void> {
  const timer = sampleTimer({ teamId });
  const child = sampleTimer({
    teamId,
    dependencies: {
      parents: [{ id: timer.id, outcome: null }],
      when: 'fired',
      onFailure: 'cancel',
      uncheckedSince: null,
    },
  });
  await stores.timers.insert([timer, child, countedTimer({ teamId })]);
  await stores.schedules.insert(sampleSchedule({ teamId }));
  await stores.apiKeys.update(teamId, () => ({
    save: [sampleApiKey({ id: `key_of_${teamId}`, teamId })],
    result: null,
  }));
  await stores.namedSecrets.put(teamId, { name: 'TOKEN', value: 'open sesame', at: NOW });
  await stores.signingSecrets.forTeam(teamId, NOW);
  await stores.context.put(teamId, { key: 'deployed', value: true, updatedAt: NOW });
  await stores.budgets.put(teamId, { agentId: 'bot', maxActive: 5, maxFiresPerHour: null, updatedAt: NOW });
  const window = { startsAt: NOW, endsAt: NOW + 3_600_000 };
  await stores.quotas.take({ teamId, counter: 'fires:bot', window }, { max: 5, revision: 1 });
  await stores.inbox.insert(sampleMessage({ teamId }), 10);
  const broadcast = sampleMessage({ teamId, toAgent: null, id: 'msg_0000000000000000000002' });
  await stores.inbox.insert(broadcast, 10);
  await stores.inbox.acknowledge({ teamId, messageId: broadcast.id }, READ);
  await stores.runners.register(teamId, RUNNER);
  const endpoint = { teamId, id: 'end_0000000000000000000001', url: 'https://a.example/hook' };
  await stores.endpoints.update({ teamId, endpointId: endpoint.id }, (known) => {
    const save = pauseByHand(known, endpoint, { by: 'key_1', reason: null }, NOW);
    return { save, result: null };
  });
  const claim = { teamId, key: 'once', fingerprint: 'f', now: NOW };
  await stores.idempotency.claim(claim);
  await stores.idempotency.answer(claim, { status: 200, headers: {}, body: JSON.stringify(timer) });
  const note = { at: NOW, actor: 'usr_ann', action: 'team.created', subject: teamId, message: 'Founded' };
  await stores.audit.append(teamId, [note]);
  const [entry] = timer.log;
  if (entry !== undefined) await stores.events.publish([toEvent(timer, entry, false)]);
  await keepMore?.(teamId);
}

async function share({ stores }: TeamEraserHarness, ownerTeamId: string, guestTeamId: string): Promise<void> {
  const what = { timerId: 'tmr_shared', permissions: ['read'], sharedBy: 'usr_ann', sharedAt: NOW } as const;
  await stores.shares.put({ ...what, permissions: ['read'], ownerTeamId, guestTeamId });
}

const READ = { agentId: 'bot', by: 'key_1', at: NOW, note: null };
const RUNNER = {
  id: 'run_1',
  name: 'build',
  labels: [],
  accepts: ['command' as const],
  at: NOW,
  staleBefore: NOW - 1_000,
};
