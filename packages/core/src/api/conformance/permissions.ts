import { beforeAll, describe, expect, it } from '@jest/globals';
import {
  CreatedApiKey,
  OPERATIONS,
  type Operation,
  type OperationId,
  Problem,
  Role,
  TEAM_KEY_SCOPES,
} from '@minoots/contract';
import { ApiClient } from './client.ts';
import { peopleHelp, type TestTeam } from './people.ts';
import type { Suite } from './suite.ts';

/** The least that a person must be in a team, and the least that a key must have, to do something. */
interface Row {
  role: Role | 'nobody' | 'none';
  key: (typeof KEYS)[number] | 'none';
}

/** Keys, each of which may do what those before it may. */
const KEYS = ['read-only', 'everything'] as const;

const seen: Row = { role: 'viewer', key: 'read-only' };
const worked: Row = { role: 'member', key: 'everything' };
const administered: Row = { role: 'admin', key: 'everything' };
const owned: Row = { role: 'owner', key: 'none' };
const personal: Row = { role: 'viewer', key: 'none' };
/** For operators of the service: no role has it, and nobody gives a key what they do not have. */
const operated: Row = { role: 'none', key: 'none' };
const open: Row = { role: 'nobody', key: 'none' };

/** Who may do what, operation by operation: written down here apart from what it is made of. */
const ROWS: Record<OperationId, Row> = {
  createTimer: worked,
  createTimers: worked,
  previewTimer: worked,
  cleanupTimers: worked,
  listTimers: seen,
  getTimer: seen,
  updateTimer: worked,
  deleteTimer: worked,
  cancelTimer: worked,
  cancelLineage: worked,
  pauseTimer: worked,
  resumeTimer: worked,
  extendTimer: worked,
  rescheduleTimer: worked,
  touchTimer: worked,
  fireTimer: worked,
  getTimerLogs: seen,
  getTimerDeliveries: seen,
  getTimerGraph: seen,
  waitForTimer: seen,
  shareTimer: administered,
  listShares: seen,
  revokeShare: administered,
  createSchedule: worked,
  previewSchedule: seen,
  listSchedules: seen,
  getSchedule: seen,
  updateSchedule: worked,
  deleteSchedule: worked,
  pauseSchedule: worked,
  resumeSchedule: worked,
  runSchedule: worked,
  getNextOccurrences: seen,
  getScheduleLogs: seen,
  exportTimers: administered,
  importTimers: worked,
  listDeliveries: seen,
  redeliverMany: worked,
  getDelivery: seen,
  redeliver: worked,
  listEndpoints: seen,
  pauseUrl: worked,
  getEndpoint: seen,
  pauseEndpoint: worked,
  resumeEndpoint: worked,
  listRunners: administered,
  registerRunner: administered,
  deleteRunner: administered,
  leaseJobs: administered,
  heartbeatJob: administered,
  completeJob: administered,
  releaseJob: administered,
  readInbox: seen,
  sendMessage: worked,
  acknowledgeMessage: worked,
  readTeamInbox: seen,
  broadcastMessage: worked,
  acknowledgeBroadcast: worked,
  getMessage: seen,
  listBudgets: seen,
  getBudget: seen,
  setBudget: administered,
  deleteBudget: administered,
  getBilling: seen,
  listPlans: seen,
  getUsage: seen,
  createCheckout: owned,
  createPortal: owned,
  receivePayment: open,
  setPlan: operated,
  listContext: seen,
  getContext: seen,
  setContext: worked,
  deleteContext: worked,
  listSecrets: administered,
  setSecret: administered,
  deleteSecret: administered,
  getMe: seen,
  deleteMe: personal,
  getMyData: personal,
  getTeamData: owned,
  createTeam: personal,
  acceptInvitation: personal,
  getTeam: seen,
  updateTeam: administered,
  deleteTeam: owned,
  deleteAnyTeam: operated,
  transferTeam: owned,
  leaveTeam: personal,
  listMembers: seen,
  changeMember: administered,
  removeMember: administered,
  listInvitations: administered,
  invite: administered,
  withdrawInvitation: administered,
  listApiKeys: administered,
  createApiKey: administered,
  rotateApiKey: administered,
  createSignInLink: personal,
  createSession: open,
  revokeApiKey: administered,
  listAuditLog: administered,
  getSso: administered,
  setSso: owned,
  removeSso: owned,
  claimDomain: owned,
  verifyDomain: owned,
  dropDomain: owned,
  streamEvents: seen,
  getSigningSecrets: administered,
  rotateSigningSecret: administered,
  advanceClock: administered,
  healthz: open,
  readyz: open,
};

type Verdict = 'allowed' | 'forbidden' | 'hidden' | 'unauthenticated';

/** The matrix: every operation, asked for by everybody, in their own team and in another. */
export function keepingToPermissions(suite: Suite): void {
  const { server } = suite;
  const { foundWithAllRoles } = peopleHelp(suite);
  let own: TestTeam;
  let other: TestTeam;
  const keys = new Map<string, ApiClient>();
  const strangers = new Map<string, ApiClient>();

  describe('permissions', () => {
    beforeAll(async () => {
      [own, other] = [await foundWithAllRoles(), await foundWithAllRoles()];
      for (const name of KEYS) {
        const scopes = name === 'read-only' ? name : TEAM_KEY_SCOPES;
        const body = { name, scopes };
        const { key } = await own.owner.read(CreatedApiKey, 201, 'POST', '/v1/api-keys', { body });
        keys.set(name, new ApiClient({ baseUrl: server().baseUrl, key }));
      }
      for (const key of ['', 'wrong', 'mnt_live_wrong', 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.'])
        strangers.set(key, new ApiClient({ baseUrl: server().baseUrl, key }));
    });

    it('are written down for every operation, and for no other', () => {
      expect(Object.keys(ROWS).sort()).toEqual(Object.keys(OPERATIONS).sort());
    });

    it.each(Object.entries(ROWS) as [OperationId, Row][])('of %s are %j', async (id, row) => {
      const verdicts: Record<string, Verdict> = {};
      const judge = async (who: string, client: ApiClient) => {
        verdicts[who] = verdictOf(await probe(client, OPERATIONS[id]), OPERATIONS[id]);
      };
      for (const role of Role.options) {
        await judge(`${role} in the own team`, own[role]);
        await judge(`${role} in another team`, own[role].forTeam(other.team.slug));
      }
      for (const [name, client] of keys) {
        await judge(`key: ${name}, in the own team`, client.forTeam(own.team.slug));
        await judge(`key: ${name}, in another team`, client.forTeam(other.team.id));
      }
      for (const [key, client] of strangers) await judge(`nobody: ${key}`, client);
      expect(verdicts).toEqual(expected(row, [...strangers.keys()]));
    });
  });
}

function expected({ role, key }: Row, nobodies: readonly string[]): Record<string, Verdict> {
  const isOpen = role === 'nobody';
  const verdicts: Record<string, Verdict> = {};
  for (const [index, each] of Role.options.entries()) {
    const isEnough = isOpen || (role !== 'none' && index >= Role.options.indexOf(role));
    verdicts[`${each} in the own team`] = isEnough ? 'allowed' : 'forbidden';
    verdicts[`${each} in another team`] = isOpen ? 'allowed' : 'hidden';
  }
  for (const [index, each] of KEYS.entries()) {
    const isEnough = isOpen || (key !== 'none' && index >= KEYS.indexOf(key));
    verdicts[`key: ${each}, in the own team`] = isEnough ? 'allowed' : 'forbidden';
    verdicts[`key: ${each}, in another team`] = isOpen ? 'allowed' : 'hidden';
  }
  for (const nobody of nobodies) verdicts[`nobody: ${nobody}`] = isOpen ? 'allowed' : 'unauthenticated';
  return verdicts;
}

/** What paths name: things that are in no team. */
const NOTHING: Readonly<Record<string, string>> = { name: 'NOTHING', id: 'nothing' };

/**
 * Asks for an operation in a way that changes nothing where it is allowed: with a body that is refused once it is clear
 * that whoever asks may send one, or for something that there is not.
 */
async function probe(client: ApiClient, { method, path, body }: Operation): Promise<Answer> {
  const url = path.replaceAll(/\{(\w+)\}/g, (_, name) => NOTHING[name] ?? 'nothing');
  const init = body === undefined ? { method } : { method, body: '{"no such field":1}' };
  const abort = new AbortController();
  const response = await client.open(url, { ...init, signal: abort.signal });
  // A stream of events has no end.
  const text = response.ok ? '' : await response.text();
  abort.abort();
  return { status: response.status, problem: response.ok ? null : Problem.parse(JSON.parse(text)) };
}

interface Answer {
  status: number;
  problem: Problem | null;
}

function verdictOf({ status, problem }: Answer, { method, path, body, scope }: Operation): Verdict {
  if (status === 401) return 'unauthenticated';
  if (status === 403) {
    expect(problem).toMatchObject({ code: 'forbidden', required_scope: expect.any(String) });
    return 'forbidden';
  }
  if (status === 404 && /^There is no team \S+ of yours$/.test(problem?.detail ?? '')) return 'hidden';
  if (scope === null) expect(status).toBeLessThan(500);
  else if (body !== undefined) expect(status).toBe(400);
  // Where nothing is named there is nothing that could be missing; and nothing to take away in these teams.
  else if (method !== 'GET' && path.includes('{')) expect([400, 404]).toContain(status);
  else expect([200, 400, 404]).toContain(status);
  return 'allowed';
}
