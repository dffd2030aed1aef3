import type { Scope, SharePermission } from '@minoots/contract';

/** What is asked for: something of a team, perhaps shared with others. */
export interface Resource {
  teamId: string;
  /** What the team of the one who asks may do with it as a guest; absent where it is not shared with them. */
  sharedAs?: readonly SharePermission[];
}

/** What is to be done: the scope that it takes, and what a guest needs for it; null where no guest can do it. */
export interface Action {
  scope: Scope;
  guest: SharePermission | null;
}

/** Who asks, as far as access goes. */
export interface Asker {
  teamId: string;
  scopes: ReadonlySet<Scope>;
}

/**
 * Whether somebody may do something: `hidden` where they may not even know that it exists, `forbidden` where they may know
 * and may not do it.
 */
export function authorize(
  asker: Asker,
  { scope, guest }: Action,
  resource: Resource,
): 'allowed' | 'forbidden' | 'hidden' {
  const isOwn = asker.teamId === resource.teamId;
  const shared = resource.sharedAs ?? [];
  if (!isOwn && shared.length === 0) return 'hidden';
  if (!asker.scopes.has(scope)) return 'forbidden';
  if (isOwn) return 'allowed';
  const isGranted = guest !== null && grants(shared, guest);
  return isGranted ? 'allowed' : 'forbidden';
}

/** Who may manage may cancel, and who may do either may read. */
function grants(permissions: readonly SharePermission[], wanted: SharePermission): boolean {
  if (wanted === 'read') return permissions.length > 0;
  return permissions.includes('manage') || permissions.includes(wanted);
}
