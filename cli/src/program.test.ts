import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { OPERATIONS, type OperationId } from '@minoots/contract';
import { problem, scriptedServer } from '../test/support/scripted-server.ts';
import { recordingTerminal } from '../test/support/terminal.ts';
import { run } from './run.ts';

const DELIVERY = 'dlv_1_abc_x';
const KEY = 'key_x';
const DOMAIN = 'acme.com';
const INVITATION = 'inv_0123456789012345678901';
const MESSAGE = 'msg_4fZk0Qw7cTn2Ry9LbXa1Ve';
const ENDPOINT = 'end_4fZk0Qw7cTn2Ry9LbXa1Ve';
/** What the path names, of operations that take no other id. */
const IDS: Partial<Record<OperationId, string>> = {
  redeliver: DELIVERY,
  getDelivery: DELIVERY,
  getEndpoint: ENDPOINT,
  pauseEndpoint: ENDPOINT,
  resumeEndpoint: ENDPOINT,
  verifyDomain: DOMAIN,
  dropDomain: DOMAIN,
  rotateApiKey: KEY,
  revokeApiKey: KEY,
  withdrawInvitation: INVITATION,
  acknowledgeBroadcast: MESSAGE,
  getMessage: MESSAGE,
};

/** Every operation of the API: the command line that asks for it, or why there is none. */
const COMMANDS: Record<OperationId, readonly string[] | { exempt: string }> = {
  createTimer: ['create', '3m', 'tea'],
  createTimers: { exempt: 'a command line creates one timer; programs create many' },
  previewTimer: ['preview', '3m', 'tea'],
  cleanupTimers: ['cleanup'],
  listTimers: ['list'],
  getTimer: ['get', 'x'],
  updateTimer: { exempt: 'names, labels and metadata are given at creation; programs change them' },
  deleteTimer: ['delete', 'x'],
  cancelTimer: ['cancel', 'x'],
  pauseTimer: ['pause', 'x'],
  resumeTimer: ['resume', 'x'],
  extendTimer: ['extend', 'x', '5m'],
  rescheduleTimer: ['reschedule', 'x', '--in', '5m'],
  touchTimer: ['touch', 'x'],
  cancelLineage: ['cancel', 'x', '--lineage'],
  fireTimer: ['fire', 'x'],
  getTimerLogs: ['logs', 'x'],
  getTimerDeliveries: ['deliveries', 'x'],
  getTimerGraph: ['graph', 'x'],
  waitForTimer: ['wait', 'x'],
  shareTimer: ['share', 'x', '--team', 'devops-team', '--allow', 'cancel'],
  listShares: ['shares', 'x'],
  revokeShare: ['unshare', 'x', 'x'],
  createSchedule: ['schedule', 'create', 'nightly', '--cron', '0 2 * * *', '--timezone', 'UTC'],
  previewSchedule: ['schedule', 'preview', '--every', '1h'],
  listSchedules: ['schedule', 'list'],
  getSchedule: ['schedule', 'get', 'x'],
  updateSchedule: ['schedule', 'update', 'x', '--every', '2h'],
  deleteSchedule: ['schedule', 'delete', 'x'],
  pauseSchedule: ['schedule', 'pause', 'x'],
  resumeSchedule: ['schedule', 'resume', 'x'],
  runSchedule: ['schedule', 'run', 'x'],
  getNextOccurrences: ['schedule', 'next', 'x'],
  getScheduleLogs: ['schedule', 'logs', 'x'],
  listDeliveries: ['deliveries'],
  getDelivery: ['delivery', DELIVERY],
  redeliver: ['redeliver', DELIVERY],
  exportTimers: ['export'],
  importTimers: ['import', fileURLToPath(new URL('../test/support/timers.jsonl', import.meta.url))],
  redeliverMany: ['redeliver', '--all', '--yes'],
  listRunners: ['runners', 'list'],
  registerRunner: { exempt: 'what `minoots runner` does as it starts' },
  deleteRunner: ['runners', 'remove', 'x'],
  leaseJobs: { exempt: 'what `minoots runner` does all the time' },
  heartbeatJob: { exempt: 'what `minoots runner` does while a job is under way' },
  completeJob: { exempt: 'what `minoots runner` does when a job has ended' },
  releaseJob: { exempt: 'what `minoots runner` does with its jobs as it stops' },
  readInbox: ['inbox', 'x'],
  sendMessage: ['send', 'hello', '--to', 'x', '--ack-within', '5m', '--escalate-to', 'ops'],
  acknowledgeMessage: ['inbox', 'ack', MESSAGE, '--agent', 'x'],
  readTeamInbox: ['inbox'],
  broadcastMessage: ['send', 'hello'],
  acknowledgeBroadcast: ['inbox', 'ack', MESSAGE],
  getMessage: ['inbox', 'get', MESSAGE],
  listEndpoints: ['endpoints', 'list'],
  getEndpoint: ['endpoints', 'get', ENDPOINT],
  pauseEndpoint: ['endpoints', 'pause', ENDPOINT, '--reason', 'maintenance'],
  pauseUrl: ['endpoints', 'pause', 'https://example.com/hook'],
  resumeEndpoint: ['endpoints', 'resume', ENDPOINT],
  getBilling: ['billing'],
  listPlans: ['plans'],
  getUsage: ['usage'],
  createCheckout: { exempt: 'a page for people, who come back to where they clicked' },
  createPortal: { exempt: 'a page for people, who come back to where they clicked' },
  receivePayment: { exempt: 'what the payment service does' },
  setPlan: ['admin', 'plan', 'set', 'x', 'pro'],
  listBudgets: ['budget', 'list'],
  getBudget: ['budget', 'show', 'x'],
  setBudget: ['budget', 'set', 'x', '--active', '50'],
  deleteBudget: ['budget', 'unset', 'x'],
  listContext: ['context', 'list'],
  getContext: ['context', 'get', 'x'],
  setContext: ['context', 'set', 'x', 'true'],
  deleteContext: ['context', 'unset', 'x'],
  listSecrets: ['secrets', 'list'],
  setSecret: ['secrets', 'set', 'x', '--value', 'correct horse'],
  deleteSecret: ['secrets', 'delete', 'x'],
  getMe: ['whoami'],
  createTeam: ['team', 'create', 'DevOps'],
  acceptInvitation: ['team', 'join', 'mnt_invite_0123456789abcdef'],
  getTeam: ['team', 'show'],
  deleteMe: ['account', 'delete', '--confirm', 'ann@example.com'],
  deleteTeam: ['team', 'delete', '--confirm', 'devops-team'],
  deleteAnyTeam: ['admin', 'team', 'delete', 'x', '--confirm', 'x'],
  getMyData: ['account', 'export'],
  getTeamData: ['team', 'export'],
  updateTeam: ['team', 'rename', '--slug', 'platform'],
  transferTeam: ['team', 'transfer', 'x', '--yes'],
  leaveTeam: ['team', 'leave', '--yes'],
  listMembers: ['team', 'members'],
  changeMember: ['team', 'role', 'x', 'admin'],
  removeMember: ['team', 'remove', 'x'],
  listInvitations: ['team', 'invitations'],
  invite: ['team', 'invite', 'ann@example.com'],
  withdrawInvitation: ['team', 'withdraw', INVITATION],
  getSso: ['sso', 'show'],
  setSso: ['sso', 'set', 'saml.acme'],
  removeSso: ['sso', 'remove'],
  claimDomain: ['sso', 'claim', DOMAIN],
  verifyDomain: ['sso', 'verify', DOMAIN],
  dropDomain: ['sso', 'drop', DOMAIN],
  listAuditLog: ['team', 'audit'],
  listApiKeys: ['keys', 'list'],
  createApiKey: ['keys', 'create', 'ci', '--scopes', 'timers:read'],
  rotateApiKey: ['keys', 'rotate', KEY],
  revokeApiKey: ['keys', 'revoke', KEY],
  createSignInLink: ['dashboard', '--session', '1h'],
  createSession: { exempt: 'what the page does that the link opens' },
  streamEvents: ['watch', 'x'],
  getSigningSecrets: { exempt: 'a secret does not belong on a screen' },
  rotateSigningSecret: ['secrets', 'rotate-signing'],
  advanceClock: { exempt: 'for programs that test against a virtual clock' },
  healthz: { exempt: 'asked by `minoots daemon status`, without a client' },
  readyz: { exempt: 'for whatever supervises the server' },
};

const entries = Object.entries(COMMANDS) as [OperationId, (typeof COMMANDS)[OperationId]][];
let server: Awaited<ReturnType<typeof scriptedServer>>;

beforeAll(async () => {
  server = await scriptedServer(problem('forbidden'));
});
afterAll(() => server.close());

describe('minoots', () => {
  it.each(entries.filter(([, command]) => !('exempt' in command)))(
    'asks for %s by %j',
    async (operationId, command) => {
      const before = server.seen.length;
      const { terminal, stderr } = recordingTerminal();
      const settings = { url: server.url, apiKey: 'key-of-the-test', home: '/nowhere' };
      expect(await run('exempt' in command ? [] : command, terminal, () => settings)).toBe(1);
      expect(JSON.parse(stderr())).toMatchObject({ error: { code: 'forbidden', status: 403 } });
      const operation = OPERATIONS[operationId];
      const [request] = server.seen.slice(before);
      expect(request?.method).toBe(operation.method);
      const path = operation.path.replace('{agent_id}/inbox/{message_id}', `x/inbox/${MESSAGE}`);
      expect(request?.url.split('?')[0]).toBe(path.replaceAll(/\{\w+\}/g, IDS[operationId] ?? 'x'));
    },
  );
});
