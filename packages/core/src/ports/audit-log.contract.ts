import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { AuditNote, LeavingPerson } from '../domain/team/state.ts';
import type { AuditEntry, AuditLog } from './audit-log.ts';
import { InvalidPosition } from './timer-store.ts';

const AT = Date.UTC(2030, 0, 1);

/** What every AuditLog keeps to. @param open gives an empty log */
export function auditLogContract(
  name: string,
  open: () => Promise<{ log: AuditLog; close(): Promise<void> }>,
): void {
  describe(`${name} as an AuditLog`, () => {
    let log: AuditLog;
    let close: () => Promise<void>;
    beforeEach(async () => {
      ({ log, close } = await open());
    });
    afterEach(() => close());

    const note = (action: string, at = AT): AuditNote => ({
      at,
      actor: 'usr_ann',
      action,
      subject: 'x',
      message: action,
    });
    /** All pages of a team. */
    async function pages(teamId: string, limit: number): Promise<AuditEntry[][]> {
      const read: AuditEntry[][] = [];
      let after: string | undefined;
      do {
        const { entries, next } = await log.list(teamId, limit, after);
        read.push(entries);
        after = next ?? undefined;
      } while (after !== undefined);
      return read;
    }
    /** Puts a pseudonym in the place of a person wherever they are named, some notes at a time. */
    async function pseudonymise(person: LeavingPerson, limit: number): Promise<void> {
      let after: string | undefined;
      do {
        after = (await log.pseudonymiseSome(person, limit, after)) ?? undefined;
      } while (after !== undefined);
    }
    const actions = (entries: readonly AuditEntry[]) => entries.map(({ action }) => action);

    it('has nothing of a team of which nothing was noted', async () => {
      expect(await log.list('team_a', 10)).toEqual({ entries: [], next: null });
    });

    it('gives back what it was given', async () => {
      const notes: AuditNote[] = [
        { at: AT, actor: 'service', action: 'team.created', subject: null, message: 'é\u{1F600}"\\' },
        { at: AT + 1, actor: 'key_1', action: 'key.created', subject: 'key_2', message: 'x'.repeat(2_000) },
      ];
      await log.append('team_a', notes);
      const { entries } = await log.list('team_a', 10);
      expect(entries).toEqual(notes.toReversed().map((each) => ({ ...each, id: expect.any(String) })));
      expect(new Set(entries.map(({ id }) => id)).size).toBe(2);
    });

    it('lists the newest first, page by page, also what was noted together or at one instant', async () => {
      await log.append('team_a', [note('1'), note('2')]);
      await log.append('team_b', [note('other')]);
      await log.append('team_a', [note('3'), note('4'), note('5')]);
      await log.append('team_a', [note('6')]);
      await log.append('team_a', []);
      expect((await pages('team_a', 2)).map(actions)).toEqual([
        ['6', '5'],
        ['4', '3'],
        ['2', '1'],
      ]);
      expect((await pages('team_a', 4)).map(actions)).toEqual([
        ['6', '5', '4', '3'],
        ['2', '1'],
      ]);
      expect((await pages('team_b', 4)).map(actions)).toEqual([['other']]);
    });

    it('goes on where a page ended, whatever is noted meanwhile', async () => {
      await log.append('team_a', [note('1'), note('2'), note('3')]);
      const { entries, next } = await log.list('team_a', 1);
      await log.append('team_a', [note('4')]);
      const rest = await log.list('team_a', 10, next ?? '');
      expect([...actions(entries), ...actions(rest.entries)]).toEqual(['3', '2', '1']);
    });

    it('loses none of what is noted in parallel', async () => {
      const names = Array.from({ length: 20 }, (_, index) => String(index));
      await Promise.all(names.map((each) => log.append('team_a', [note(each)])));
      expect(actions((await log.list('team_a', 100)).entries).sort()).toEqual([...names].sort());
    });

    it('lists what one actor did in any team, newest first, page by page', async () => {
      await log.append('team_a', [note('1'), { ...note('of another'), actor: 'usr_bob' }]);
      await log.append('team_b', [note('2'), note('3')]);
      await log.append('team_a', [note('4')]);
      const first = await log.listOf('usr_ann', 3);
      expect(first.entries.map(({ teamId, action }) => [teamId, action])).toEqual([
        ['team_a', '4'],
        ['team_b', '3'],
        ['team_b', '2'],
      ]);
      const rest = await log.listOf('usr_ann', 3, first.next ?? '');
      expect(rest).toEqual({
        entries: [{ ...note('1'), id: expect.any(String), teamId: 'team_a' }],
        next: null,
      });
      expect(await log.listOf('usr_eve', 3)).toEqual({ entries: [], next: null });
      await expect(log.listOf('usr_ann', 3, 'nonsense')).rejects.toThrow(InvalidPosition);
    });

    it('puts a pseudonym in the place of a person, in all teams and of them alone', async () => {
      const person = {
        userId: 'usr_ann',
        emails: ['ann@example.com', 'a.n@work.example'],
        pseudonym: 'former_1',
      };
      const told = (subject: string | null, message: string) => ({ ...note('told'), subject, message });
      await log.append('team_a', [told('usr_ann', 'Ann@example.com joined as member'), note('hers')]);
      const others = [
        told('inv_1', 'Invited a.n@work.example as viewer'),
        told('usr_bob', 'Handed over from joann@example.com to ann@example.com.au'),
        told(null, 'Handed over from ann@example.com to bob@example.com'),
      ].map((each) => ({ ...each, actor: 'usr_bob' }));
      await log.append('team_b', others);
      for (let time = 0; time < 2; time++) await pseudonymise(person, 2);
      const shown = async (teamId: string) =>
        (await log.list(teamId, 10)).entries.map(({ actor, subject, message }) => [actor, subject, message]);
      expect(await shown('team_a')).toEqual([
        ['former_1', 'x', 'hers'],
        ['former_1', 'former_1', 'former_1 joined as member'],
      ]);
      expect(await shown('team_b')).toEqual([
        ['usr_bob', null, 'Handed over from former_1 to bob@example.com'],
        ['usr_bob', 'usr_bob', 'Handed over from joann@example.com to ann@example.com.au'],
        ['usr_bob', 'inv_1', 'Invited former_1 as viewer'],
      ]);
      expect((await log.listOf('usr_ann', 10)).entries).toEqual([]);
      expect((await log.listOf('former_1', 10)).entries).toHaveLength(2);
    });

    it('puts it in the place of an address that an agent is called by, too, in however many notes', async () => {
      const subject = 'Ann@example.com';
      const message = `Set the budget of ${subject}: no limit`;
      const others = {
        at: AT,
        actor: 'usr_bob',
        action: 'budget.set',
        subject: subject.toLowerCase(),
        message,
      };
      await log.append('team_a', [...Array(400).fill(others), { ...others, subject }]);
      const person = { userId: 'usr_ann', emails: ['ann@example.com'], pseudonym: 'former_1' };
      const isLeft = async () =>
        (await log.list('team_a', 500)).entries.filter((entry) => /ann@/i.test(JSON.stringify(entry))).length;
      // Stopped after a part, of which nothing is remembered, and done from the beginning later.
      await log.pseudonymiseSome(person, 150);
      expect(await isLeft()).toBeGreaterThanOrEqual(251);
      await pseudonymise(person, 150);
      expect(await isLeft()).toBe(0);
      const { entries } = await log.list('team_a', 500);
      expect(entries).toHaveLength(401);
    });

    it('comes to an end where notes seem to name a person and do not, however few it may change at a time', async () => {
      const message = 'Invited joann@example.com as viewer';
      const others = { at: AT, actor: 'usr_bob', action: 'told', subject: 'inv_1', message };
      await log.append('team_a', [...Array(5).fill(others), { ...others, actor: 'usr_ann' }]);
      await pseudonymise({ userId: 'usr_ann', emails: ['ann@example.com'], pseudonym: 'former_1' }, 1);
      const { entries } = await log.list('team_a', 10);
      expect(entries.map(({ actor }) => actor)).toEqual(['former_1', ...Array(5).fill('usr_bob')]);
      expect(entries.every((entry) => entry.message === message)).toBe(true);
    });

    it('takes a hundred notes at once, in their order', async () => {
      const names = Array.from({ length: 100 }, (_, index) => String(index));
      await log.append(
        'team_a',
        names.map((each) => note(each)),
      );
      expect((await pages('team_a', 30)).flatMap(actions)).toEqual(names.toReversed());
    });

    it.each(['nonsense', '', '1.2.3', '-1', '9'.repeat(40)])('knows no position %j', async (after) => {
      await expect(log.list('team_a', 10, after)).rejects.toThrow(InvalidPosition);
    });
  });
}
