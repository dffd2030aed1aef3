import type { AuditNote, Team } from '../../domain/team/state.ts';

/** What the audit log of a new team begins with. @param actor who founded it */
export function foundingNote({ id, name, slug, createdAt }: Team, actor: string): AuditNote {
  return {
    at: createdAt,
    actor,
    action: 'team.created',
    subject: id,
    message: `Founded ${name}, with the slug ${slug}`,
  };
}
