import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createTeam } from './create.ts';
import { historyMsOf, keepsAlike, keptUntil } from './plan.ts';
import type { Team, TeamBilling } from './state.ts';
import { transition } from './transition.ts';

const DAY = 86_400_000;
const NOW = Date.UTC(2030, 0, 1);
const FREE = { id: 'free', historyMs: 30 * DAY } as const;
const PRO = { id: 'pro', historyMs: 365 * DAY } as const;
const ENTERPRISE = { id: 'enterprise', historyMs: 1_095 * DAY } as const;
const GRACE_MS = 30 * DAY;

const founder = { userId: 'usr_ada', email: 'ada@example.com', emailVerified: true, name: 'Ada' };
const team = createTeam(
  { id: 'team_acme', slug: 'acme', name: 'Acme', isPersonal: false, founder, plan: FREE },
  NOW,
);

function billing(changes: Partial<TeamBilling> = {}): TeamBilling {
  return {
    customerId: 'cus_1',
    subscriptionId: 'sub_1',
    status: 'active',
    renewsAt: NOW + 30 * DAY,
    cancels: false,
    observedAt: NOW,
    ...changes,
  };
}

type Plan = typeof FREE | typeof PRO | typeof ENTERPRISE;

function noted(before: Team, changes: Partial<TeamBilling>, plan: Plan, now = NOW): Team {
  const command = { type: 'note-billing' as const, actor: 'billing', plan, graceMs: GRACE_MS };
  const result = transition(before, { ...command, billing: billing(changes) }, now);
  if (!result.ok) throw new Error(result.detail);
  return result.value.team;
}

function setByOperator(before: Team, plan: Plan, now = NOW): Team {
  const result = transition(
    before,
    { type: 'set-plan', actor: 'key_operator', plan, setBy: 'admin', graceMs: GRACE_MS },
    now,
  );
  if (!result.ok) throw new Error(result.detail);
  return result.value.team;
}

describe('the plan of a team', () => {
  it('is the one that its subscription pays for', () => {
    const paying = noted(team, {}, PRO);
    // Later than the plan before, which the team has had since the same moment.
    expect(paying.plan).toMatchObject({ id: 'pro', setBy: 'billing', since: NOW + 1 });
    expect(noted(paying, { status: 'past_due', observedAt: NOW + 1 }, PRO).plan.id).toBe('pro');
    expect(noted(paying, { status: 'ended', observedAt: NOW + 1 }, FREE).plan.id).toBe('free');
  });

  it('leaves a note of its change, and none of a message that changes nothing', () => {
    const command = {
      type: 'note-billing',
      actor: 'billing',
      billing: billing(),
      plan: PRO,
      graceMs: 0,
    } as const;
    const first = transition(team, command, NOW);
    expect(first).toMatchObject({
      ok: true,
      value: { notes: [{ action: 'team.plan_changed', actor: 'billing' }] },
    });
    const again = first.ok && transition(first.value.team, command, NOW);
    expect(again).toMatchObject({ ok: true, value: { notes: [] } });
  });

  it('does not go back by an answer that is older than the last', () => {
    const paying = noted(team, { observedAt: NOW + 5 }, PRO);
    expect(noted(paying, { status: 'ended', observedAt: NOW + 4 }, FREE)).toBe(paying);
  });

  it('survives the end of a subscription that another has followed', () => {
    const paying = noted(team, { subscriptionId: 'sub_2' }, ENTERPRISE);
    expect(noted(paying, { subscriptionId: 'sub_1', status: 'ended', observedAt: NOW + 1 }, FREE)).toBe(
      paying,
    );
  });

  it('that an operator has set outlasts the end of a subscription, and gives way to an order', () => {
    const given = setByOperator(noted(team, {}, PRO), ENTERPRISE);
    const ended = noted(given, { status: 'ended', observedAt: NOW + 1 }, FREE);
    expect(ended.plan).toMatchObject({ id: 'enterprise', setBy: 'admin' });
    expect(ended.billing?.status).toBe('ended');
    expect(noted(ended, { subscriptionId: 'sub_2', observedAt: NOW + 2 }, PRO).plan.id).toBe('pro');
  });

  it('comes out the same whatever the order of the messages', () => {
    const answers = fc.array(
      fc.record({
        status: fc.constantFrom('active', 'past_due', 'ended'),
        plan: fc.constantFrom(PRO, ENTERPRISE),
      }),
      { minLength: 1, maxLength: 8 },
    );
    fc.assert(
      fc.property(answers, fc.infiniteStream(fc.nat()), (history, random) => {
        const told = history.map(({ status, plan }, index) => ({
          changes: { status, observedAt: NOW + index },
          plan: status === 'ended' ? FREE : plan,
        }));
        const inOrder = told.reduce((current, { changes, plan }) => noted(current, changes, plan), team);
        const last = told.at(-1);
        if (last === undefined) throw new Error('there is at least one');
        const shuffled = told
          .map((message) => ({ message, key: random.next().value }))
          .sort((one, other) => one.key - other.key)
          .map(({ message }) => message);
        const outOfOrder = [...shuffled, ...told].reduce(
          (current, { changes, plan }) => noted(current, changes, plan),
          team,
        );
        expect(outOfOrder.plan.id).toBe(last.plan.id);
        expect(outOfOrder.plan.id).toBe(inOrder.plan.id);
        expect(outOfOrder.billing).toEqual(inOrder.billing);
      }),
    );
  });
});

describe('the history of a team', () => {
  it('is kept as the plan before had it for a while after a change to a smaller one', () => {
    const smaller = noted(noted(team, {}, PRO), { status: 'ended', observedAt: NOW + 1 }, FREE);
    expect(historyMsOf(smaller.plan, NOW)).toBe(PRO.historyMs);
    expect(historyMsOf(smaller.plan, NOW + GRACE_MS - 1)).toBe(PRO.historyMs);
    expect(historyMsOf(smaller.plan, NOW + GRACE_MS)).toBe(FREE.historyMs);
  });

  it('keeps the longest of several changes in a row', () => {
    const steps = setByOperator(setByOperator(setByOperator(team, ENTERPRISE), PRO), FREE, NOW + DAY);
    expect(historyMsOf(steps.plan, NOW + DAY)).toBe(ENTERPRISE.historyMs);
  });

  it('is kept longer at once by a larger plan', () => {
    expect(historyMsOf(setByOperator(team, PRO).plan, NOW)).toBe(PRO.historyMs);
  });

  it('ends for each timer when the plan, with its grace, has kept it for as long as it does', () => {
    const days = fc.integer({ min: 0, max: 50 });
    const grace = fc.option(fc.record({ historyMs: days, until: days }));
    fc.assert(
      fc.property(days, grace, days, days, (historyMs, before, settledAt, now) => {
        const plan = { ...team.plan, historyMs, grace: before };
        expect(now < keptUntil(plan, settledAt)).toBe(now - settledAt < historyMsOf(plan, now));
      }),
    );
  });

  it('of a timer that is older than the smaller plan keeps it ends with the grace', () => {
    const smaller = setByOperator(setByOperator(team, PRO), FREE);
    expect(keptUntil(smaller.plan, NOW - 200 * DAY)).toBe(NOW + GRACE_MS);
    expect(keptUntil(smaller.plan, NOW - 350 * DAY)).toBe(NOW + 15 * DAY);
    expect(keptUntil(smaller.plan, NOW + DAY)).toBe(NOW + DAY + FREE.historyMs);
    const again = setByOperator(smaller, PRO, NOW + DAY);
    expect(keptUntil(again.plan, NOW - 200 * DAY)).toBe(NOW + 165 * DAY);
    expect(keepsAlike(again.plan, smaller.plan)).toBe(false);
    expect(keepsAlike(setByOperator(again, PRO).plan, again.plan)).toBe(true);
  });
});
