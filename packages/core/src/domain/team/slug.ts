const MAX_SLUG = 40;

/** A slug that says what a name says: `Café “Zürich”!` gives `cafe-zurich`. `team` where nothing of the name is left. */
export function slugOf(name: string): string {
  const plain = name
    .normalize('NFKD')
    .replaceAll(/\p{M}+/gu, '')
    .toLowerCase();
  const slug = plain
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, MAX_SLUG)
    .replaceAll(/^-+|-+$/g, '');
  return slug === '' ? 'team' : slug;
}
