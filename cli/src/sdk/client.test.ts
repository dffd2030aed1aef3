import { describe, expect, it } from '@jest/globals';
import { OPERATIONS, type OperationId } from '@minoots/contract';
import { MinootsClient } from './client.ts';
import type { WireRequest } from './wire.ts';

const DELIVERY = 'dlv_1_abc_x';
const KEY = 'key_x';
const DOMAIN = 'acme.com';
const ENDPOINT = 'end_4fZk0Qw7cTn2Ry9LbXa1Ve';
const INVITATION = 'inv_0123456789012345678901';
const MESSAGE = 'msg_4fZk0Qw7cTn2Ry9LbXa1Ve';
/** What the path of an operation names; "x" unless told. */
const IDS: Partial<Record<OperationId, string>> = {
  acknowledgeBroadcast: MESSAGE,
  getEndpoint: ENDPOINT,
  pauseEndpoint: ENDPOINT,
  resumeEndpoint: ENDPOINT,
  getMessage: MESSAGE,
  withdrawInvitation: INVITATION,
  verifyDomain: DOMAIN,
  dropDomain: DOMAIN,
};

/** Every operation of the API and how the client calls it. A new operation does not compile until it is here. */
const CALLS: Record<OperationId, (client: MinootsClient) => unknown> = {
  createTimer: ({ timers }) => timers.create({ name: 'tea', duration: '3m' }),
  createTimers: ({ timers }) => timers.createMany([{ name: 'tea', duration: '3m' }]),
  previewTimer: ({ timers }) => timers.preview({ name: 'tea', duration: '3m' }),
  cleanupTimers: ({ timers }) => timers.cleanup(),
  listTimers: ({ timers }) => timers.list(),
  getTimer: ({ timers }) => timers.get('x'),
  updateTimer: ({ timers }) => timers.update('x', { name: 'coffee' }),
  deleteTimer: ({ timers }) => timers.delete('x'),
  cancelTimer: ({ timers }) => timers.cancel('x'),
  pauseTimer: ({ timers }) => timers.pause('x'),
  resumeTimer: ({ timers }) => timers.resume('x'),
  extendTimer: ({ timers }) => timers.extend('x', '5m'),
  rescheduleTimer: ({ timers }) => timers.reschedule('x', { duration: '5m' }),
  shareTimer: ({ shares }) => shares.create('x', { team: 'devops-team', permissions: ['read', 'cancel'] }),
  listShares: ({ shares }) => shares.list('x'),
  revokeShare: ({ shares }) => shares.revoke('x', 'x'),
  touchTimer: ({ timers }) => timers.touch('x'),
  cancelLineage: ({ timers }) => timers.cancelLineage('x'),
  fireTimer: ({ timers }) => timers.fire('x'),
  getTimerLogs: ({ timers }) => timers.logs('x'),
  getTimerDeliveries: ({ timers }) => timers.deliveries('x'),
  getTimerGraph: ({ timers }) => timers.graph('x'),
  waitForTimer: ({ timers }) => timers.wait('x', 10),
  createSchedule: ({ schedules }) =>
    schedules.create({ name: 'nightly', cron: '0 2 * * *', timezone: 'UTC', template: {} }),
  previewSchedule: ({ schedules }) => schedules.preview({ every: '1h', count: 3 }),
  listSchedules: ({ schedules }) => schedules.list({ status: 'active' }),
  getSchedule: ({ schedules }) => schedules.get('x'),
  updateSchedule: ({ schedules }) => schedules.update('x', { every: '2h' }),
  deleteSchedule: ({ schedules }) => schedules.delete('x'),
  pauseSchedule: ({ schedules }) => schedules.pause('x'),
  resumeSchedule: ({ schedules }) => schedules.resume('x'),
  runSchedule: ({ schedules }) => schedules.run('x'),
  getNextOccurrences: ({ schedules }) => schedules.next('x', 3),
  getScheduleLogs: ({ schedules }) => schedules.logs('x'),
  listDeliveries: ({ deliveries }) => deliveries.list(),
  getDelivery: ({ deliveries }) => deliveries.get(DELIVERY),
  exportTimers: ({ portability }) => portability.exportPage(),
  importTimers: ({ portability }) => portability.importPart([{}]),
  redeliverMany: ({ deliveries }) => deliveries.redeliverMany({ host: 'example.com' }),
  redeliver: ({ deliveries }) => deliveries.redeliver(DELIVERY),
  listRunners: ({ runners }) => runners.list(),
  registerRunner: ({ runners }) => runners.register('x', { name: 'builder', accepts: ['command'] }),
  deleteRunner: ({ runners }) => runners.delete('x'),
  leaseJobs: ({ runners }) => runners.lease('x', { limit: 2, waitMs: 1_000 }),
  heartbeatJob: ({ runners }) => runners.heartbeat(DELIVERY, { runner_id: 'x', attempt: 1 }),
  completeJob: ({ runners }) =>
    runners.complete(DELIVERY, { runner_id: 'x', attempt: 1, outcome: 'succeeded', duration_ms: 1 }),
  releaseJob: ({ runners }) => runners.release(DELIVERY, { runner_id: 'x', attempt: 1, reason: 'stops' }),
  readInbox: ({ agents }) => agents.inbox('x', { waitMs: 10, all: true }),
  sendMessage: ({ agents }) => agents.send('x', { text: 'hello' }),
  acknowledgeMessage: ({ agents }) => agents.ack('x', MESSAGE, 'seen'),
  readTeamInbox: ({ agents }) => agents.teamInbox(),
  broadcastMessage: ({ agents }) => agents.broadcast({ text: 'hello' }),
  acknowledgeBroadcast: ({ agents }) => agents.ackForTeam(MESSAGE),
  getMessage: ({ agents }) => agents.message(MESSAGE),
  listEndpoints: ({ endpoints }) => endpoints.list({ status: 'paused' }),
  getEndpoint: ({ endpoints }) => endpoints.get(ENDPOINT),
  pauseEndpoint: ({ endpoints }) => endpoints.pause(ENDPOINT, 'maintenance'),
  pauseUrl: ({ endpoints }) => endpoints.pauseUrl('https://example.com/hook'),
  resumeEndpoint: ({ endpoints }) => endpoints.resume(ENDPOINT),
  getBilling: ({ billing }) => billing.get(),
  listPlans: ({ billing }) => billing.plans(),
  getUsage: ({ billing }) => billing.usage(),
  createCheckout: ({ billing }) =>
    billing.checkout({ plan: 'pro', success_url: 'https://a.example/', cancel_url: 'https://a.example/' }),
  createPortal: ({ billing }) => billing.portal({ return_url: 'https://a.example/' }),
  receivePayment: ({ billing }) => billing.receive({ type: 'ping' }, { 'stripe-signature': 't=1,v1=x' }),
  setPlan: ({ billing }) => billing.setPlan('x', 'pro'),
  listBudgets: ({ agents }) => agents.budgets.list(),
  getBudget: ({ agents }) => agents.budgets.get('x'),
  setBudget: ({ agents }) => agents.budgets.set('x', { max_active_timers: 50 }),
  deleteBudget: ({ agents }) => agents.budgets.delete('x'),
  listContext: ({ context }) => context.list(),
  getContext: ({ context }) => context.get('x'),
  setContext: ({ context }) => context.set('x', true),
  deleteContext: ({ context }) => context.delete('x'),
  listSecrets: ({ secrets }) => secrets.list(),
  setSecret: ({ secrets }) => secrets.set('x', 'correct horse'),
  deleteSecret: ({ secrets }) => secrets.delete('x'),
  getMe: (client) => client.me(),
  createTeam: ({ team }) => team.create({ name: 'DevOps', slug: 'devops' }),
  acceptInvitation: ({ team }) => team.join('mnt_invite_0123456789abcdef'),
  getTeam: ({ team }) => team.get(),
  getMyData: ({ account }) => account.data({ limit: 10 }),
  getTeamData: ({ team }) => team.data(),
  deleteMe: ({ account }) => account.delete('ann@example.com'),
  deleteTeam: ({ team }) => team.delete('devops-team'),
  deleteAnyTeam: ({ team }) => team.deleteAny('x', 'x'),
  updateTeam: ({ team }) => team.update({ slug: 'platform' }),
  transferTeam: ({ team }) => team.transfer('x'),
  leaveTeam: ({ team }) => team.leave(),
  listMembers: ({ team }) => team.members(),
  changeMember: ({ team }) => team.changeRole('x', 'admin'),
  removeMember: ({ team }) => team.remove('x'),
  listInvitations: ({ team }) => team.invitations(),
  invite: ({ team }) => team.invite({ email: 'ann@example.com', role: 'viewer' }),
  withdrawInvitation: ({ team }) => team.withdraw(INVITATION),
  getSso: ({ sso }) => sso.get(),
  setSso: ({ sso }) => sso.set({ provider_id: 'saml.acme' }),
  removeSso: ({ sso }) => sso.remove(),
  claimDomain: ({ sso }) => sso.claim(DOMAIN),
  verifyDomain: ({ sso }) => sso.verify(DOMAIN),
  dropDomain: ({ sso }) => sso.drop(DOMAIN),
  listAuditLog: ({ team }) => team.auditLog({ limit: 10 }),
  listApiKeys: ({ apiKeys }) => apiKeys.list(),
  createApiKey: ({ apiKeys }) => apiKeys.create({ name: 'ci', scopes: 'read-only' }),
  rotateApiKey: ({ apiKeys }) => apiKeys.rotate(KEY, { overlap: '1h' }),
  revokeApiKey: ({ apiKeys }) => apiKeys.revoke(KEY),
  createSignInLink: ({ signIn }) => signIn.link({ session: '1h' }),
  createSession: ({ signIn }) => signIn.begin('mnt_signin_x'),
  streamEvents: (client) => client.events({ signal: new AbortController().signal }).next(),
  getSigningSecrets: ({ service }) => service.signingSecrets(),
  rotateSigningSecret: ({ service }) => service.rotateSigningSecret({ overlap: '1h' }),
  advanceClock: ({ service }) => service.advanceClock('1h'),
  healthz: ({ service }) => service.health(),
  readyz: ({ service }) => service.readiness(),
};

describe('MinootsClient', () => {
  it.each(Object.keys(CALLS) as OperationId[])('has a method for %s', (operationId) => {
    const sent: Pick<WireRequest, 'method' | 'path' | 'body'>[] = [];
    const never = new Promise<never>(() => undefined);
    const client = new MinootsClient({
      send: (request) => {
        sent.push(request);
        return never;
      },
      open: (path) => {
        sent.push({ method: 'GET', path, body: null });
        return never;
      },
    });
    CALLS[operationId](client);

    const operation = OPERATIONS[operationId];
    const [request] = sent;
    const isOfDelivery = /^\/v1\/(?:deliveries|jobs)\/\{id\}/.test(operation.path);
    const isOfKey = /^\/v1\/api-keys\/\{id\}/.test(operation.path);
    const id = isOfDelivery ? DELIVERY : isOfKey ? KEY : (IDS[operationId] ?? 'x');
    const path = operation.path.replace('{agent_id}/inbox/{message_id}', `x/inbox/${MESSAGE}`);
    expect(request?.method).toBe(operation.method);
    expect(request?.path.split('?')[0]).toBe(path.replaceAll(/\{\w+\}/g, id));
    if ('body' in operation && request?.body) operation.body.parse(JSON.parse(request.body));
    const query = Object.fromEntries(new URLSearchParams(request?.path.split('?')[1] ?? ''));
    if ('query' in operation) operation.query.parse(query);
  });
});
