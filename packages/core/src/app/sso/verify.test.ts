import { beforeEach, describe, expect, it } from '@jest/globals';
import { NamesUnreachable } from '../../ports/text-records.ts';
import { memoryTeamStore } from '../../testing/memory-team-store.ts';
import { FOUNDED_AT, sampleTeam } from '../../testing/sample-team.ts';
import type { RequestContext } from '../deps.ts';
import { claimDomain } from './claim.ts';
import { verifyDomain } from './verify.ts';

const ENTERPRISE = { id: 'enterprise', historyMs: 1 } as const;
const DOMAIN = 'acme.com';

describe('verifyDomain', () => {
  const asked: string[] = [];
  const ctx: RequestContext = {
    principal: {
      type: 'user',
      id: 'usr_ann',
      teamId: 'team_acme',
      scopes: new Set(['teams:own']),
      role: 'owner',
      person: null,
    },
  };
  let shown: () => string[];
  let deps: Parameters<typeof verifyDomain>[0] & Parameters<typeof claimDomain>[0];
  beforeEach(async () => {
    asked.length = 0;
    deps = {
      ...memoryTeamStore(),
      clock: { now: () => FOUNDED_AT + 1 },
      random: { id: () => 'random', jitter: () => 0 },
      textRecords: {
        lookUp: async (name) => {
          asked.push(name);
          return shown();
        },
      },
    };
    await deps.teams.insert(sampleTeam({ id: 'team_acme', plan: ENTERPRISE }), []);
    await claimDomain(deps, ctx, DOMAIN);
  });

  it('changes nothing while the name service does not answer, and may be asked again', async () => {
    shown = () => {
      throw new NamesUnreachable('silence');
    };
    await expect(verifyDomain(deps, ctx, DOMAIN)).rejects.toMatchObject({ code: 'names_unreachable' });
    shown = () => ['minoots-verification=random'];
    expect((await verifyDomain(deps, ctx, DOMAIN)).verifiedAt).toBe(FOUNDED_AT + 1);
  });

  it('asks for what the team has claimed alone, and no more once that is shown', async () => {
    shown = () => ['minoots-verification=random'];
    await expect(verifyDomain(deps, ctx, 'other.example')).rejects.toMatchObject({ code: 'not_found' });
    await verifyDomain(deps, ctx, DOMAIN);
    await verifyDomain(deps, ctx, DOMAIN);
    expect(asked).toEqual(['_minoots-challenge.acme.com']);
  });

  it('is refused to one who was an owner when they asked, and is none by the time of the answer', async () => {
    shown = () => {
      void deps.teams.update('team_acme', (team) =>
        team === null ? { result: null } : { save: { ...team, members: [] }, result: null },
      );
      return ['minoots-verification=random'];
    };
    await expect(verifyDomain(deps, ctx, DOMAIN)).rejects.toMatchObject({ code: 'not_found' });
    expect((await deps.teams.get('team_acme'))?.sso.domains[0]?.verifiedAt).toBeNull();
  });
});
