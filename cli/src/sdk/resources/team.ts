import type {
  AuditEntry,
  CreatedInvitation,
  CreateTeamRequest,
  DeletedTeam,
  Invitation,
  InviteRequest,
  Member,
  Role,
  TeamData,
  Team as TeamInfo,
  UpdateTeamRequest,
} from '@minoots/contract';
import type { AnswerOf } from '../wire.ts';
import type { Call } from './caller.ts';
import type { Page } from './timers.ts';

const MAX_PAGE = 200;

/**
 * Operations on the team that requests are for: the one that the settings name, otherwise that of the key or the personal
 * one. Every method throws MinootsError.
 */
export class Team {
  readonly #call: Call;

  constructor(call: Call) {
    this.#call = call;
  }

  get(): Promise<TeamInfo> {
    return this.#call('getTeam');
  }

  /** Founds a team, with whoever asks as its owner. For people, not for keys. */
  create(request: CreateTeamRequest): Promise<TeamInfo> {
    return this.#call('createTeam', { body: request });
  }

  /** What is kept of the team, and where the rest is. For owners. */
  data(): Promise<TeamData> {
    return this.#call('getTeamData');
  }

  /** Gives the team another name or slug. */
  update(change: UpdateTeamRequest): Promise<TeamInfo> {
    return this.#call('updateTeam', { body: change });
  }

  /** Deletes the team and everything that it owns, for good. For owners. @param slug of the team, said once more */
  delete(slug: string): Promise<DeletedTeam> {
    return this.#call('deleteTeam', { query: { confirm: slug } });
  }

  /**
   * Deletes any team and everything that it owns, for good. For operators of the service.
   * @param team slug or id
   * @param slug of that team, said once more
   */
  deleteAny(team: string, slug: string): Promise<DeletedTeam> {
    return this.#call('deleteAnyTeam', { params: { team }, query: { confirm: slug } });
  }

  async members(): Promise<Member[]> {
    return (await this.#call('listMembers')).data;
  }

  changeRole(userId: string, role: Role): Promise<Member> {
    return this.#call('changeMember', { id: userId, body: { role } });
  }

  remove(userId: string): Promise<Member> {
    return this.#call('removeMember', { id: userId });
  }

  /** Those that still hold. */
  async invitations(): Promise<Invitation[]> {
    return (await this.#call('listInvitations')).data;
  }

  /** The token is in this answer and nowhere else. */
  invite(request: InviteRequest): Promise<CreatedInvitation> {
    return this.#call('invite', { body: request });
  }

  withdraw(invitationId: string): Promise<Invitation> {
    return this.#call('withdrawInvitation', { id: invitationId });
  }

  /** Joins the team that an invitation is for, and gives it. For people, not for keys. */
  join(token: string): Promise<TeamInfo> {
    return this.#call('acceptInvitation', { body: { token } });
  }

  leave(): Promise<TeamInfo> {
    return this.#call('leaveTeam');
  }

  /** Makes another member an owner, and whoever asks an admin. */
  transfer(userId: string): Promise<TeamInfo> {
    return this.#call('transferTeam', { body: { to_user_id: userId } });
  }

  /** One page of who changed what, newest first. */
  auditLog(page: Page = {}): Promise<AnswerOf<'listAuditLog'>> {
    return this.#call('listAuditLog', { query: { ...page } });
  }

  /** All of it, page by page as it is consumed. */
  async *wholeAuditLog(): AsyncGenerator<AuditEntry, void> {
    let cursor: string | null | undefined;
    do {
      const page = await this.auditLog({ limit: MAX_PAGE, ...(cursor ? { cursor } : {}) });
      yield* page.data;
      cursor = page.next_cursor;
    } while (cursor);
  }
}
