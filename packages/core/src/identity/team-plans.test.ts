import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import { PLANS } from '@minoots/contract';
import { setPlan } from '../domain/team/commands/set-plan.ts';
import type { Team } from '../domain/team/state.ts';
import { memoryTeamStore } from '../testing/memory-team-store.ts';
import { FOUNDED_AT, sampleTeam } from '../testing/sample-team.ts';
import { REMEMBER_PLAN_MS, TeamPlans } from './team-plans.ts';
import { watchedTeams } from './watched-teams.ts';

describe('TeamPlans', () => {
  let team: Team;
  let elapsed: number;
  let teams: ReturnType<typeof memoryTeamStore>['teams'];
  /** Two processes over one store. */
  let here: TeamPlans;
  let there: TeamPlans;
  beforeEach(async () => {
    team = sampleTeam();
    elapsed = 0;
    ({ teams } = memoryTeamStore());
    await teams.insert(team, []);
    const ofProcess = () => new TeamPlans({ teams, enterpriseHistoryMs: 5, elapsed: { now: () => elapsed } });
    here = ofProcess();
    there = ofProcess();
  });

  /** Puts the team on the free plan, by the first process. */
  function downgrade(): Promise<void> {
    const changed = setPlan(
      team,
      {
        type: 'set-plan',
        actor: 'operator',
        plan: { id: 'free', historyMs: PLANS.free.historyMs },
        setBy: 'admin',
        graceMs: 0,
      },
      FOUNDED_AT,
    );
    const watched = watchedTeams(teams, (teamId) => here.forget(teamId));
    return watched.update(team.id, () => ({ save: changed.team, result: undefined }));
  }

  it('asks the store once in ten seconds, however many ask at a time', async () => {
    const get = jest.spyOn(teams, 'get');
    const plans = await Promise.all(Array.from({ length: 20 }, () => here.of(team.id)));
    elapsed = REMEMBER_PLAN_MS - 1;
    plans.push(await here.of(team.id));
    expect(plans.every(({ id }) => id === 'pro')).toBe(true);
    expect(get).toHaveBeenCalledTimes(1);
    elapsed++;
    await here.of(team.id);
    expect(get).toHaveBeenCalledTimes(2);
  });

  it('goes by a change at once where it was made, and elsewhere in ten seconds', async () => {
    await Promise.all([here.of(team.id), there.of(team.id)]);
    await downgrade();
    expect((await here.of(team.id)).id).toBe('free');
    expect((await there.of(team.id)).id).toBe('pro');
    elapsed = REMEMBER_PLAN_MS;
    expect((await there.of(team.id)).id).toBe('free');
  });

  it('does not remember what it was reading while the plan changed', async () => {
    const { promise, resolve } = Promise.withResolvers<Team>();
    jest.spyOn(teams, 'get').mockReturnValueOnce(promise);
    const reading = here.of(team.id);
    await downgrade();
    resolve(team);
    expect((await reading).id).toBe('pro');
    expect((await here.of(team.id)).id).toBe('free');
  });

  it('takes a team that is stored nowhere for the operator’s own', async () => {
    expect(await here.of('team_operators')).toMatchObject({ id: 'enterprise', setBy: 'default' });
  });

  it('keeps history of enterprise for as long as is set, whatever was set when the plan was', async () => {
    const plan = { ...team.plan, id: 'enterprise', historyMs: 7 } as const;
    await teams.update(team.id, () => ({ save: { ...team, plan }, result: null }));
    expect(await here.of(team.id)).toEqual({ ...plan, historyMs: 5 });
    expect(await here.of('team_operators')).toMatchObject({ historyMs: 5 });
  });

  it('asks again after the store has failed', async () => {
    jest.spyOn(teams, 'get').mockRejectedValueOnce(new Error('out of reach'));
    await expect(here.of(team.id)).rejects.toThrow('out of reach');
    expect((await here.of(team.id)).id).toBe('pro');
  });

  it('forgets the oldest where it remembers too many', async () => {
    const get = jest.spyOn(teams, 'get');
    for (let n = 0; n <= 10_000; n++) await here.of(`team_${n}`);
    await here.of('team_10000');
    expect(get).toHaveBeenCalledTimes(10_001);
    await here.of('team_0');
    expect(get).toHaveBeenCalledTimes(10_002);
  });
});
