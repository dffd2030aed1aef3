export function treeMatchesLock(root: string): boolean;
