import { listAuditLog } from '../app/audit/list.ts';
import type { Deps, RequestContext } from '../app/deps.ts';
import { deleteAccount } from '../app/erasure/delete-account.ts';
import { deleteAnyTeam } from '../app/erasure/delete-any-team.ts';
import { deleteTeam } from '../app/erasure/delete-team.ts';
import { acceptInvitation } from '../app/teams/accept-invitation.ts';
import { changeMember, removeMember } from '../app/teams/change-member.ts';
import { foundTeam } from '../app/teams/create.ts';
import { getTeam } from '../app/teams/get.ts';
import { invite } from '../app/teams/invite.ts';
import { leaveTeam } from '../app/teams/leave.ts';
import { listInvitations } from '../app/teams/list-invitations.ts';
import { readMe } from '../app/teams/me.ts';
import { transferTeam } from '../app/teams/transfer.ts';
import { updateTeam } from '../app/teams/update.ts';
import { withdrawInvitation } from '../app/teams/withdraw-invitation.ts';
import type { Team } from '../domain/team/state.ts';
import {
  toWireAuditEntry,
  toWireDeletedTeam,
  toWireInvitation,
  toWireMember,
  toWireTeam,
} from '../wire/team.ts';
import { toInstant } from '../wire/timer.ts';
import type { Handlers } from './operation.ts';

type OfPeople = Pick<Handlers, 'getMe' | 'deleteMe' | 'createTeam' | 'acceptInvitation' | 'leaveTeam'>;
type OfTeam = Pick<
  Handlers,
  'getTeam' | 'updateTeam' | 'deleteTeam' | 'deleteAnyTeam' | 'transferTeam' | 'listAuditLog'
>;
type OfMembers = Pick<
  Handlers,
  'listMembers' | 'changeMember' | 'removeMember' | 'listInvitations' | 'invite' | 'withdrawInvitation'
>;

/** Handlers of the operations on teams, their members and invitations, and the audit log. */
export function teamHandlers(deps: Deps): OfPeople & OfTeam & OfMembers {
  return { ...ofPeople(deps), ...ofTeam(deps), ...ofMembers(deps) };
}

function ofPeople(deps: Deps): OfPeople {
  return {
    async getMe({ ctx }) {
      const { type, id, person, scopes } = ctx.principal;
      const { team, teams } = await readMe(deps, ctx);
      const show = (each: Team) => toWireTeam(each, person?.userId ?? null);
      const { email = null, name = null } = person ?? {};
      const known = { team: team && show(team), teams: teams.map(show), scopes: [...scopes].sort() };
      return { body: { type, id, email: email === '' ? null : email, name, ...known } };
    },
    async deleteMe({ ctx, query }) {
      const { userId, at, deleted, left } = await deleteAccount(deps, ctx, query.confirm);
      const teams = deleted.map((team) => toWireDeletedTeam(team, at));
      return {
        body: {
          user_id: userId,
          deleted_at: toInstant(at),
          teams,
          left: left.map(({ slug }) => slug),
        },
      };
    },
    async createTeam({ ctx, body }) {
      return { body: shownTo(ctx, await foundTeam(deps, ctx, body)) };
    },
    async acceptInvitation({ ctx, body }) {
      return { body: shownTo(ctx, await acceptInvitation(deps, ctx, body.token)) };
    },
    async leaveTeam({ ctx }) {
      return { body: shownTo(ctx, await leaveTeam(deps, ctx)) };
    },
  };
}

function ofTeam(deps: Deps): OfTeam {
  return {
    async getTeam({ ctx }) {
      return { body: shownTo(ctx, await getTeam(deps, ctx)) };
    },
    async updateTeam({ ctx, body }) {
      return { body: shownTo(ctx, await updateTeam(deps, ctx, body)) };
    },
    async deleteTeam({ ctx, query }) {
      const team = await deleteTeam(deps, ctx, query.confirm);
      return { body: toWireDeletedTeam(team, deps.clock.now()) };
    },
    async deleteAnyTeam({ ctx, params, query }) {
      const team = await deleteAnyTeam(deps, ctx, params.team, query.confirm);
      return { body: toWireDeletedTeam(team, deps.clock.now()) };
    },
    async transferTeam({ ctx, body }) {
      return { body: shownTo(ctx, await transferTeam(deps, ctx, body.to_user_id)) };
    },
    async listAuditLog({ ctx, query }) {
      const { entries, nextCursor } = await listAuditLog(deps, ctx, query);
      return { body: { data: entries.map(toWireAuditEntry), next_cursor: nextCursor } };
    },
  };
}

function ofMembers(deps: Deps): OfMembers {
  return {
    async listMembers({ ctx }) {
      return { body: { data: (await getTeam(deps, ctx)).members.map(toWireMember) } };
    },
    async changeMember({ ctx, params, body }) {
      return { body: toWireMember(await changeMember(deps, ctx, params.user_id, body.role)) };
    },
    async removeMember({ ctx, params }) {
      return { body: toWireMember(await removeMember(deps, ctx, params.user_id)) };
    },
    async listInvitations({ ctx }) {
      return { body: { data: (await listInvitations(deps, ctx)).map(toWireInvitation) } };
    },
    async invite({ ctx, body }) {
      const { invitation, token } = await invite(deps, ctx, body);
      return { body: { ...toWireInvitation(invitation), token } };
    },
    async withdrawInvitation({ ctx, params }) {
      return { body: toWireInvitation(await withdrawInvitation(deps, ctx, params.id)) };
    },
  };
}

function shownTo({ principal }: RequestContext, team: Team) {
  return toWireTeam(team, principal.person?.userId ?? null);
}
