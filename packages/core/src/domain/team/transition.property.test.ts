import { describe, expect, it } from '@jest/globals';
import { PLANS, PlanId, type Role } from '@minoots/contract';
import fc from 'fast-check';
import { FOUNDED_AT, sampleInvitation, samplePerson, sampleTeam } from '../../testing/sample-team.ts';
import type { TeamCommand } from './commands.ts';
import { verifiedDomains } from './domains.ts';
import { isAtLeast } from './roles.ts';
import { MAX_INVITATIONS, MAX_MEMBERS, type Team } from './state.ts';
import { type TeamTransition, transition } from './transition.ts';

/** Few names, so that commands meet one another. */
const name = fc.constantFrom('ann', 'bob', 'cid', 'dan', 'eve');
const userId = name.map((each) => samplePerson(each).userId);
const ROLES: Role[] = ['viewer', 'member', 'admin', 'owner'];
const role = fc.constantFrom(...ROLES);
const lesser = fc.constantFrom('viewer', 'member', 'admin');
const lifeMs = fc.integer({ min: 1, max: 40 });

const person = fc.record({ name, other: name, emailVerified: fc.boolean() }).map(({ other, ...fields }) =>
  // At times somebody has the address that another one had.
  samplePerson(fields.name, { email: `${other}@example.com`, emailVerified: fields.emailVerified }),
);
const invitation = fc.record({ name, id: name, role: lesser, lifeMs }).map((fields) =>
  sampleInvitation(fields.name, {
    id: `inv_${fields.id}`,
    role: fields.role as Exclude<Role, 'owner'>,
    expiresAt: FOUNDED_AT + fields.lifeMs,
  }),
);

const commandOf = fc.oneof(
  fc.record({ type: fc.constant('update'), name, slug: name }),
  fc.record({ type: fc.constant('invite'), invitation }),
  fc.record({ type: fc.constant('withdraw-invitation'), invitationId: name.map((id) => `inv_${id}`) }),
  fc.record({ type: fc.constant('accept-invitation'), tokenHash: name.map((of) => `hash of ${of}`), person }),
  fc.record({ type: fc.constant('provision'), person, role: lesser }),
  fc.record({ type: fc.constant('change-role'), userId, role, by: role }),
  fc.record({ type: fc.constant('remove-member'), userId, by: role }),
  fc.record({ type: fc.constant('leave'), userId }),
  fc.record({ type: fc.constant('claim-domain'), domain: name, challenge: name }),
  fc.record({ type: fc.constant('verify-domain'), domain: name, texts: fc.array(name) }),
  fc.record({ type: fc.constant('drop-domain'), domain: name }),
  fc.record({
    type: fc.constant('set-provider'),
    provider: fc.option(fc.record({ id: name, defaultRole: lesser }, { noNullPrototype: true })),
  }),
  fc.record({ type: fc.constant('transfer'), from: userId, to: userId }),
  fc.record({
    type: fc.constant('set-plan'),
    plan: fc.constantFrom(...PlanId.options).map((id) => ({ id, historyMs: PLANS[id].historyMs })),
    setBy: fc.constantFrom('admin', 'billing'),
    graceMs: fc.nat(50),
  }),
);
const command = commandOf.map((fields) => ({ actor: 'usr_ann', ...fields }) as TeamCommand);

/** A team of ann's: personal, new, or with no room but for two more of each. */
const birth = fc.constantFrom('personal', 'new', 'nearly-full').map((kind): Team => {
  const team = sampleTeam({ isPersonal: kind === 'personal' });
  if (kind !== 'nearly-full') return team;
  const crowd = Array.from({ length: MAX_MEMBERS - 3 }, (_, index) => samplePerson(`crowd${index}`));
  const members = crowd.map(({ userId: id, email }) => ({
    userId: id,
    email,
    name: null,
    role: 'viewer' as const,
    joinedAt: FOUNDED_AT,
  }));
  const invitations = Array.from({ length: MAX_INVITATIONS - 2 }, (_, index) =>
    sampleInvitation(`guest${index}`),
  );
  return { ...team, members: [...team.members, ...members], invitations };
});

interface Moment {
  before: Team;
  command: TeamCommand;
  now: number;
  after: Team;
  notes: TeamTransition['notes'];
}

/** Checks every moment of many lives. */
function always(check: (moment: Moment) => void): void {
  fc.assert(
    fc.property(birth, fc.array(command, { maxLength: 30 }), (born, commands) => {
      let team = born;
      for (const [index, each] of commands.entries()) {
        const now = FOUNDED_AT + index;
        const result = transition(team, each, now);
        const { team: after, notes } = result.ok ? result.value : { team, notes: [] };
        check({ before: team, command: each, now, after, notes });
        team = after;
      }
    }),
  );
}

const roleOf = (team: Team, id: string) => team.members.find((member) => member.userId === id)?.role;

describe('transition of a team', () => {
  it('never leaves it without an owner', () => {
    always(({ after }) => {
      expect(after.members.some((member) => member.role === 'owner')).toBe(true);
    });
  });

  it('never makes two members of one user, or two invitations of one person or id', () => {
    const isUnique = (values: string[]) => new Set(values).size === values.length;
    always(({ after: { members, invitations } }) => {
      expect(isUnique(members.map((member) => member.userId))).toBe(true);
      expect(isUnique(invitations.map(({ email }) => email))).toBe(true);
      expect(isUnique(invitations.map(({ id }) => id))).toBe(true);
    });
  });

  it('goes by single sign-on only with a domain that is verified, by what showed its challenge', () => {
    always(({ before, after, command: each }) => {
      if (after.sso.provider !== null) expect(verifiedDomains(after)).not.toEqual([]);
      const added = verifiedDomains(after).filter((domain) => !verifiedDomains(before).includes(domain));
      for (const domain of added) {
        const claim = before.sso.domains.find((other) => other.domain === domain);
        expect(each).toMatchObject({ type: 'verify-domain', domain });
        expect(each.type === 'verify-domain' && each.texts).toContain(claim?.challenge);
      }
    });
  });

  it('keeps within its bounds', () => {
    always(({ after: { members, invitations } }) => {
      expect(members.length).toBeLessThanOrEqual(MAX_MEMBERS);
      expect(invitations.length).toBeLessThanOrEqual(MAX_INVITATIONS);
    });
  });

  it('lets nobody change somebody above them, or lift anybody above themselves', () => {
    always(({ before, after, command: { type, ...fields } }) => {
      if (!('by' in fields) || after === before) return;
      const was = roleOf(before, fields.userId);
      const is = roleOf(after, fields.userId) ?? 'viewer';
      expect(was !== undefined && isAtLeast(fields.by, was) && isAtLeast(fields.by, is)).toBe(true);
    });
  });

  it('changes the role of nobody but whom a command names, and lifts nobody to owner but by owners', () => {
    always(({ before, after, command: each }) => {
      for (const { userId: id, role: is } of after.members) {
        const was = roleOf(before, id);
        if (was === is) continue;
        if (was === undefined) {
          expect(['accept-invitation', 'provision']).toContain(each.type);
          expect(is).not.toBe('owner');
        } else {
          expect(['change-role', 'transfer']).toContain(each.type);
          if (is !== 'owner') continue;
          const by = each.type === 'transfer' ? roleOf(before, each.from) : 'by' in each && each.by;
          expect(by).toBe('owner');
        }
      }
    });
  });

  it('leaves personal teams to their owner alone', () => {
    always(({ after }) => {
      if (after.personalOf === null) return;
      expect(after.members.map((member) => [member.userId, member.role])).toEqual([
        [after.personalOf, 'owner'],
      ]);
      expect(after.invitations).toEqual([]);
      expect(after.sso).toEqual({ domains: [], provider: null });
    });
  });

  it('lets nobody in by an invitation but the one whom it is for, in its time', () => {
    always(({ before, after, command: each, now }) => {
      if (each.type !== 'accept-invitation' || after === before) return;
      const used = before.invitations.find(({ tokenHash }) => tokenHash === each.tokenHash);
      expect(used?.email).toBe(each.person.email);
      expect(each.person.emailVerified).toBe(true);
      expect(used?.expiresAt).toBeGreaterThan(now);
      expect(roleOf(after, each.person.userId)).toBe(used?.role);
      expect(after.invitations.map(({ tokenHash }) => tokenHash)).not.toContain(each.tokenHash);
    });
  });

  it('counts a version up with every change, tells of it but for who sets the plan, and else does neither', () => {
    always(({ before, after, command: each, now, notes }) => {
      const isChanged = after !== before;
      expect(after.version).toBe(before.version + (isChanged ? 1 : 0));
      if (!isChanged) expect(notes).toEqual([]);
      else if (each.type !== 'set-plan') expect(notes).toHaveLength(1);
      for (const note of notes) expect(note).toMatchObject({ at: now, actor: 'usr_ann' });
    });
  });

  it('is pure, and makes teams that survive being written down as JSON', () => {
    always(({ before, command: each, now, after }) => {
      const again = transition(structuredClone(before), each, now);
      if (after !== before) expect(again.ok && again.value.team).toEqual(after);
      expect(JSON.parse(JSON.stringify(after))).toStrictEqual(after);
    });
  });
});
