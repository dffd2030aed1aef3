import type { PlanId, Role, SubscriptionStatus } from '@minoots/contract';

/** Most members of a team. */
export const MAX_MEMBERS = 1_000;
/** Most invitations of a team that are open. */
export const MAX_INVITATIONS = 100;
/** Most domains of a team. */
export const MAX_DOMAINS = 20;

/** One person in a team. Instants in epoch ms. */
export interface Member {
  userId: string;
  email: string;
  name: string | null;
  role: Role;
  joinedAt: number;
}

/** A standing offer to join, for whoever has its token and the email address. */
export interface Invitation {
  id: string;
  email: string;
  role: Exclude<Role, 'owner'>;
  /** SHA-256 of the token, 64 hex digits. */
  tokenHash: string;
  invitedBy: string;
  invitedAt: number;
  expiresAt: number;
}

/** What a team has ordered. */
export interface TeamPlan {
  id: PlanId;
  /** Who has set it: nobody, an operator, or the billing. */
  setBy: 'default' | 'admin' | 'billing';
  /** Epoch ms; later than that of every plan before. */
  since: number;
  /** How long a timer is kept by it once it has ended, in ms. */
  historyMs: number;
  /**
   * The plan before, if that kept history for longer: nothing is deleted by the shorter one before `until`, epoch ms. Null
   * otherwise.
   */
  grace: { historyMs: number; until: number } | null;
}

/** What the payment service says of a team. Instants in epoch ms. */
export interface TeamBilling {
  customerId: string;
  subscriptionId: string;
  status: SubscriptionStatus;
  /** When it is paid for again, or ends; null when it has ended. */
  renewsAt: number | null;
  /** Whether it ends then. */
  cancels: boolean;
  /** When the payment service was asked: an older answer that comes later changes nothing. */
  observedAt: number;
}

/** A mail domain that a team says is its own. Instants in epoch ms. */
export interface ClaimedDomain {
  /** In small letters. */
  domain: string;
  /** What a TXT record of the domain has to hold. */
  challenge: string;
  claimedAt: number;
  /** When the record was seen; null before. */
  verifiedAt: number | null;
}

/** How the members of a team sign in. */
export interface SingleSignOn {
  domains: ClaimedDomain[];
  /** By what people of the verified domains sign in, and by nothing else; null where they may choose. */
  provider: { id: string; defaultRole: Exclude<Role, 'owner'> } | null;
}

/** A person whose account goes, as far as it takes to take them out of what others keep. */
export interface LeavingPerson {
  userId: string;
  /** All by which notes may name them, in small letters. */
  emails: string[];
  /** What stands in their place from then on: random, so that it leads to nobody. */
  pseudonym: string;
}

/** What is left to do for a team that was deleted. Instants in epoch ms. */
export interface TeamDeletion {
  requestedAt: number;
  /** When there is something to erase, or when to look for what came in meanwhile. */
  lookAt: number;
  /** Whose account goes with it; null where the team alone goes. */
  account: LeavingPerson | null;
}

/** The team aggregate: one document, changed only by `transition`. All instants are epoch ms. */
export interface Team {
  id: string;
  slug: string;
  name: string;
  /** The user whose first sign-in made it; null of a team that was founded. */
  personalOf: string | null;
  plan: TeamPlan;
  /** Null where nothing was ever ordered. */
  billing: TeamBilling | null;
  members: Member[];
  invitations: Invitation[];
  sso: SingleSignOn;
  createdAt: number;
  updatedAt: number;
  /** Of a team that was deleted: nothing else of it is left, and no command but those of its deletion is taken. */
  deletion?: TeamDeletion;
  /** Bumped by every save. */
  version: number;
}

/** Something that was changed in a team, for the audit log. */
export interface AuditNote {
  at: number;
  /** Who did it: a user, a key, or `service`. */
  actor: string;
  action: string;
  /** What it was done to, such as the id of a member. */
  subject: string | null;
  message: string;
}
