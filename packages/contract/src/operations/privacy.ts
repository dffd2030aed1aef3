import { AuditQuery } from '../audit.ts';
import { MyData, TeamData } from '../privacy.ts';
import type { Operation } from './operation.ts';

export const privacyOperations = {
  getMyData: {
    method: 'GET',
    path: '/v1/me/data',
    tag: 'teams',
    scope: 'account',
    summary: 'Give what is kept of the person who asks',
    query: AuditQuery,
    status: 200,
    output: MyData,
    errors: ['invalid_cursor'],
  },
  getTeamData: {
    method: 'GET',
    path: '/v1/team/data',
    tag: 'teams',
    scope: 'teams:own',
    summary: 'Give what is kept of the team, and say where the rest is',
    status: 200,
    output: TeamData,
    errors: [],
  },
} as const satisfies Record<string, Operation>;
