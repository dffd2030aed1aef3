import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { MAX_PERSON_NAME } from '../domain/team/person.ts';
import { type AuditNote, MAX_INVITATIONS, MAX_MEMBERS, type Team } from '../domain/team/state.ts';
import { FOUNDED_AT, sampleInvitation, samplePerson, sampleTeam } from '../testing/sample-team.ts';
import type { AuditLog } from './audit-log.ts';
import { DomainTaken, SlugTaken, type TeamStore } from './team-store.ts';

/** A store, and the log that its notes go to. */
export interface TeamStoreHarness {
  store: TeamStore;
  audit: AuditLog;
  close(): Promise<void>;
}

/** What every TeamStore keeps to. @param open gives an empty store */
export function teamStoreContract(name: string, open: () => Promise<TeamStoreHarness>): void {
  describe(`${name} as a TeamStore`, () => {
    let store: TeamStore;
    let audit: AuditLog;
    let close: () => Promise<void>;
    beforeEach(async () => {
      ({ store, audit, close } = await open());
    });
    afterEach(() => close());

    const add = async (fields: Partial<Team> = {}, notes: readonly AuditNote[] = []) => {
      const team = { ...sampleTeam(), ...fields };
      expect(await store.insert(team, notes)).toBe('inserted');
      return team;
    };
    const save = (team: Team, notes: readonly AuditNote[] = []) =>
      store.update(team.id, () => ({ save: team, notes, result: 'saved' }));
    const actionsOf = async ({ id }: Team) => (await audit.list(id, 100)).entries.map(({ action }) => action);

    it('gives back what it was given, by its id and by its slug', async () => {
      const invitations = [sampleInvitation('bob')];
      const team = await add({ name: 'é\u{1F600}"\\', invitations, personalOf: 'usr_ann' });
      expect(await store.get(team.id)).toEqual(team);
      expect(await store.findBySlug(team.slug)).toEqual(team);
      expect(await store.get('team_nobody')).toBeNull();
      expect(await store.findBySlug('nobody')).toBeNull();
    });

    it('adds each id and each slug once', async () => {
      const team = await add();
      expect(await store.insert({ ...sampleTeam(), id: team.id }, [note('lost')])).toBe('id-taken');
      expect(await store.insert({ ...sampleTeam(), slug: team.slug }, [note('lost')])).toBe('slug-taken');
      expect(await store.get(team.id)).toEqual(team);
      expect(await store.findBySlug(team.slug)).toEqual(team);
      expect(await actionsOf(team)).toEqual([]);
    });

    it('adds one of parallel teams of the same slug, and one of the same id', async () => {
      const rivals = Array.from({ length: 10 }, () => ({ ...sampleTeam(), slug: 'wanted' }));
      const outcomes = await Promise.all(rivals.map((team) => store.insert(team, [])));
      expect(outcomes.sort()).toEqual(['inserted', ...Array.from({ length: 9 }, () => 'slug-taken')]);
      const twins = Array.from({ length: 10 }, () => ({ ...sampleTeam(), id: 'team_twin' }));
      const births = await Promise.all(twins.map((team) => store.insert(team, [])));
      expect(births.sort()).toEqual([...Array.from({ length: 9 }, () => 'id-taken'), 'inserted']);
    });

    it('shows each of 20 parallel updates the result of the one before', async () => {
      const { id } = await add();
      const bump = () =>
        store.update(id, (team) => {
          if (team === null) throw new Error('there is no such team');
          const notes = [note(`from ${team.version}`)];
          return { save: { ...team, version: team.version + 1 }, notes, result: team.version };
        });
      const seen = await Promise.all(Array.from({ length: 20 }, bump));
      expect(seen.sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
      expect((await store.get(id))?.version).toBe(21);
      const { entries } = await audit.list(id, 100);
      expect(entries.map(({ action }) => action)).toEqual(
        Array.from({ length: 20 }, (_, index) => `from ${20 - index}`),
      );
    });

    describe('with domains', () => {
      const withDomain = (team: Team, domain: string, verifiedAt: number | null = FOUNDED_AT): Team => ({
        ...team,
        sso: { ...team.sso, domains: [{ domain, challenge: 'c', claimedAt: FOUNDED_AT, verifiedAt }] },
      });

      it('finds the team that has verified one, and no team that only claims it', async () => {
        const [owner, rival] = [await add(), await add()];
        await save(withDomain(rival, 'acme.com', null));
        expect(await store.findByDomain('acme.com')).toBeNull();
        await save(withDomain(owner, 'acme.com'));
        expect(await store.findByDomain('acme.com')).toEqual(withDomain(owner, 'acme.com'));
        expect(await store.findByDomain('www.acme.com')).toBeNull();
      });

      it('lets one of parallel teams verify a domain', async () => {
        const rivals = await Promise.all(Array.from({ length: 8 }, () => add()));
        const ends = await Promise.allSettled(rivals.map((team) => save(withDomain(team, 'acme.com'))));
        const lost = ends.filter((end) => end.status === 'rejected');
        expect(lost).toHaveLength(7);
        expect(lost.every(({ reason }) => reason instanceof DomainTaken)).toBe(true);
        const winner = rivals[ends.findIndex(({ status }) => status === 'fulfilled')];
        expect((await store.findByDomain('acme.com'))?.id).toBe(winner?.id);
      });

      it('lets another team have a domain that was given up, and one of a team that is gone', async () => {
        const [first, second, third] = [await add(), await add(), await add()];
        await save(withDomain(first, 'acme.com'));
        await save(first);
        await save(withDomain(second, 'acme.com'));
        await store.update(second.id, () => ({ remove: true, result: null }));
        expect(await store.findByDomain('acme.com')).toBeNull();
        await save(withDomain(third, 'acme.com'));
        expect((await store.findByDomain('acme.com'))?.id).toBe(third.id);
      });

      it('keeps a domain through changes of its team', async () => {
        const team = withDomain(await add(), 'acme.com');
        await save(team);
        await save({ ...team, name: 'Renamed', slug: 'renamed' });
        expect((await store.findByDomain('acme.com'))?.name).toBe('Renamed');
      });
    });

    it('changes nothing when the decision throws, says nothing, or finds nobody', async () => {
      const team = await add();
      const failing = store.update(team.id, () => {
        throw new Error('no');
      });
      await expect(failing).rejects.toThrow('no');
      expect(await store.update(team.id, () => ({ result: 7 }))).toBe(7);
      expect(await store.update('team_nobody', (current) => ({ result: current }))).toBeNull();
      expect(await store.get(team.id)).toEqual(team);
    });

    it('writes notes with the change, and notes alone', async () => {
      const team = await add({}, [note('created')]);
      await save({ ...team, name: 'B' }, [note('first'), note('second')]);
      await store.update(team.id, () => ({ notes: [note('third')], result: null }));
      expect(await actionsOf(team)).toEqual(['third', 'second', 'first', 'created']);
    });

    it('gives a team another slug, and the old one free', async () => {
      const team = await add();
      await save({ ...team, slug: 'renamed' });
      expect((await store.findBySlug('renamed'))?.id).toBe(team.id);
      expect(await store.findBySlug(team.slug)).toBeNull();
      const heir = await add({ slug: team.slug });
      expect((await store.findBySlug(team.slug))?.id).toBe(heir.id);
    });

    it('gives one of parallel renames the slug, and leaves the others, and their notes, as they were', async () => {
      const teams: Team[] = [];
      for (let count = 0; count < 5; count++) teams.push(await add());
      const outcomes = await Promise.all(
        teams.map((team) =>
          save({ ...team, slug: 'wanted' }, [note('renamed')]).catch((error: unknown) => error),
        ),
      );
      const refusals = outcomes.filter((outcome) => outcome instanceof SlugTaken);
      expect([outcomes.filter((outcome) => outcome === 'saved').length, refusals.length]).toEqual([1, 4]);
      const winner = await store.findBySlug('wanted');
      for (const team of teams) {
        const isWinner = team.id === winner?.id;
        expect(await store.get(team.id)).toEqual(isWinner ? { ...team, slug: 'wanted' } : team);
        expect((await store.findBySlug(team.slug))?.id).toBe(isWinner ? undefined : team.id);
        expect(await actionsOf(team)).toEqual(isWinner ? ['renamed'] : []);
      }
    });

    it('removes a team, and its slug is free again', async () => {
      const team = await add({ invitations: [sampleInvitation('bob')] });
      await store.update(team.id, () => ({ remove: true, notes: [note('removed')], result: null }));
      expect(await store.get(team.id)).toBeNull();
      expect(await store.findBySlug(team.slug)).toBeNull();
      expect(await store.listOf('usr_ann')).toEqual([]);
      expect(await store.findByInvitation('hash of bob')).toBeNull();
      expect(await actionsOf(team)).toEqual(['removed']);
      expect(await store.insert(team, [])).toBe('inserted');
    });

    it('lists deleted teams once something is to be done, the longest due first, and no others', async () => {
      const deleted = async (lookAt: number) => {
        const team = await add();
        const deletion = { requestedAt: FOUNDED_AT, lookAt, account: null };
        const save = { ...team, slug: team.id, members: [], deletion };
        return store.update(team.id, () => ({ save, result: save }));
      };
      await add();
      const [second, first] = [await deleted(2_000), await deleted(1_000)];
      expect(await store.listDeleted(999, 10)).toEqual([]);
      expect(await store.listDeleted(1_999, 10)).toEqual([first]);
      expect(await store.listDeleted(2_000, 10)).toEqual([first, second]);
      expect(await store.listDeleted(2_000, 1)).toEqual([first]);
      await store.update(first.id, () => ({ remove: true, result: null }));
      expect(await store.listDeleted(2_000, 10)).toEqual([second]);
      expect(await store.get(second.id)).toEqual(second);
    });

    it('finds a team by the hash of an invitation, as long as the invitation is there', async () => {
      const team = await add({ invitations: [sampleInvitation('bob'), sampleInvitation('cid')] });
      await add({ invitations: [sampleInvitation('dan')] });
      expect(await store.findByInvitation('hash of cid')).toEqual(team);
      await save({ ...team, invitations: [sampleInvitation('bob')] });
      expect(await store.findByInvitation('hash of cid')).toBeNull();
      expect((await store.findByInvitation('hash of bob'))?.id).toBe(team.id);
    });

    it('lists the teams that have invited an address, as long as the invitation is there', async () => {
      const bob = sampleInvitation('bob');
      const one = await add({ invitations: [bob, sampleInvitation('cid')] });
      const other = await add({ invitations: [{ ...bob, id: 'inv_other', tokenHash: 'another hash' }] });
      await add({ invitations: [sampleInvitation('dan')] });
      const ids = async () => (await store.listInviting(bob.email)).map(({ id }) => id).sort();
      expect(await ids()).toEqual([one.id, other.id].sort());
      await save({ ...one, invitations: [] });
      expect(await ids()).toEqual([other.id]);
      expect(await store.listInviting('nobody@example.com')).toEqual([]);
    });

    it('lists the teams of a user, oldest first, whatever their role', async () => {
      const bob = memberOf('bob');
      const third = await add({ createdAt: FOUNDED_AT + 3 });
      const first = await add({ createdAt: FOUNDED_AT + 1 });
      const second = await add({ createdAt: FOUNDED_AT + 2, members: [bob] });
      expect(await store.listOf('usr_ann')).toEqual([first, third]);
      const joined = { ...third, members: [...third.members, bob] };
      await save(joined);
      expect(await store.listOf('usr_bob')).toEqual([second, joined]);
      await save({ ...second, members: [memberOf('cid')] });
      expect(await store.listOf('usr_bob')).toEqual([joined]);
      expect(await store.listOf('usr_nobody')).toEqual([]);
    });

    it('holds a team that is as large as it can be', async () => {
      const long = (text: string, index: number, length: number) => `${text}${index}`.padEnd(length, 'x');
      const members = Array.from({ length: MAX_MEMBERS }, (_, index) => ({
        ...memberOf('owner'),
        userId: long('usr', index, 128),
        email: long('a', index, 254),
        name: '木'.repeat(MAX_PERSON_NAME),
      }));
      const invitations = Array.from({ length: MAX_INVITATIONS }, (_, index) =>
        sampleInvitation('guest', {
          id: long('inv_', index, 26),
          email: long('b', index, 254),
          tokenHash: long('', index, 64),
          invitedBy: long('usr', index, 128),
        }),
      );
      const team = await add({ members, invitations, name: '木'.repeat(200) });
      await save({ ...team, version: 2 });
      expect(await store.get(team.id)).toEqual({ ...team, version: 2 });
      expect(await store.listOf(members.at(-1)?.userId ?? '')).toHaveLength(1);
    });
  });
}

function note(action: string): AuditNote {
  return { at: FOUNDED_AT, actor: 'usr_ann', action, subject: null, message: action };
}

function memberOf(name: string) {
  const { userId, email } = samplePerson(name);
  return { userId, email, name: null, role: 'owner' as const, joinedAt: FOUNDED_AT };
}
