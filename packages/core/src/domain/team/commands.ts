import type { PlanId, Role } from '@minoots/contract';
import type { AuditNote, Invitation, LeavingPerson, SingleSignOn, Team, TeamBilling } from './state.ts';

/** A person as the identity service knows them. */
export interface Person {
  userId: string;
  /** In small letters. */
  email: string;
  /** Whether they have shown that it is theirs. */
  emailVerified: boolean;
  name: string | null;
  /** By what they have signed in: `password`, `google.com`, `saml.…`; absent where there is one way in. */
  signedInBy?: string;
}

/** What of a plan concerns a team itself. */
export interface PlanTerms {
  id: PlanId;
  /** How long a timer is kept once it has ended, in ms. */
  historyMs: number;
}

/** `actor` is who asks; whether they may ask at all has been judged before. */
export type TeamCommand = { actor: string } & (
  | { type: 'update'; name?: string; slug?: string }
  | { type: 'invite'; invitation: Invitation }
  | { type: 'withdraw-invitation'; invitationId: string }
  | { type: 'accept-invitation'; tokenHash: string; person: Person }
  /** Single sign-on lets a person in who is not a member yet. */
  | { type: 'provision'; person: Person; role: Exclude<Role, 'owner'> }
  /** Whoever holds the data of an engine for one person is an owner, whatever was done before. */
  | { type: 'reinstate'; person: Person }
  /** `by` is the role of the one who asks: nobody changes somebody above them. */
  | { type: 'change-role'; userId: string; role: Role; by: Role }
  | { type: 'remove-member'; userId: string; by: Role }
  | { type: 'leave'; userId: string }
  | { type: 'transfer'; from: string; to: string }
  | { type: 'claim-domain'; domain: string; challenge: string }
  /** `texts` is what the name service shows. */
  | { type: 'verify-domain'; domain: string; texts: readonly string[] }
  | { type: 'drop-domain'; domain: string }
  | { type: 'set-provider'; provider: SingleSignOn['provider'] }
  /** `confirm` is the slug, said once more. `account` is whose account goes with a team that is theirs alone. */
  | { type: 'delete'; confirm: string; account: LeavingPerson | null }
  /** When to look for what is left of a deleted team, or has come in meanwhile. */
  | { type: 'look-again'; lookAt: number }
  | { type: 'set-plan'; plan: PlanTerms; setBy: 'admin' | 'billing'; graceMs: number }
  /** What the payment service says; `plan` is what that comes to: the free one of a subscription that has ended. */
  | { type: 'note-billing'; billing: TeamBilling; plan: PlanTerms; graceMs: number }
);

/** The command of one type. */
export type CommandOf<T extends TeamCommand['type']> = Extract<TeamCommand, { type: T }>;

/** A changed team, and what goes into the audit log. */
export interface TeamChange {
  team: Team;
  notes: Omit<AuditNote, 'at' | 'actor'>[];
}
