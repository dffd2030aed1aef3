import * as z from 'zod';
import { TimerId } from '../primitives.ts';
import { Share, ShareList, ShareTimerRequest } from '../shares.ts';
import { TeamRef } from '../teams.ts';
import type { Operation } from './operation.ts';

const timerParams = z.strictObject({ id: TimerId });
const shareParams = z.strictObject({ id: TimerId, team: TeamRef });

export const shareOperations = {
  shareTimer: {
    method: 'POST',
    path: '/v1/timers/{id}/shares',
    tag: 'timers',
    scope: 'timers:share',
    summary: 'Share a timer with another team, or change what that team may do',
    params: timerParams,
    body: ShareTimerRequest,
    status: 201,
    output: Share,
    errors: ['not_found', 'unknown_team', 'team_full', 'plan_required'],
  },
  listShares: {
    method: 'GET',
    path: '/v1/timers/{id}/shares',
    tag: 'timers',
    scope: 'timers:read',
    summary: 'List the teams that a timer is shared with',
    params: timerParams,
    status: 200,
    output: ShareList,
    errors: ['not_found'],
  },
  revokeShare: {
    method: 'DELETE',
    path: '/v1/timers/{id}/shares/{team}',
    tag: 'timers',
    scope: 'timers:share',
    summary: 'Share a timer with a team no more, at once',
    params: shareParams,
    status: 200,
    output: Share,
    errors: ['not_found'],
  },
} as const satisfies Record<string, Operation>;
