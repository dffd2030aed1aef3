import type { JsonObject } from '@minoots/contract';

const MAX_LABELS = 16;
const MAX_VALUE_LENGTH = 200;
const LABEL_KEY = /^[A-Za-z0-9][A-Za-z0-9._/-]{0,62}$/;

/**
 * The labels of a timer: its own, and one `ecosystem.KEY` for each plain value of `metadata.ecosystem`, as long as
 * there is room. The timer's own labels come first and win.
 */
export function withEcosystemLabels(
  labels: Record<string, string>,
  metadata: JsonObject | null,
): Record<string, string> {
  const ecosystem = metadata?.ecosystem;
  if (ecosystem === null || typeof ecosystem !== 'object' || Array.isArray(ecosystem)) return labels;
  const projected = Object.entries(ecosystem).flatMap(([key, value]) =>
    value === null || typeof value === 'object' || !LABEL_KEY.test(`ecosystem.${key}`)
      ? []
      : [[`ecosystem.${key}`, String(value).slice(0, MAX_VALUE_LENGTH)] as const],
  );
  const added = projected
    .filter(([key]) => !Object.hasOwn(labels, key))
    .slice(0, MAX_LABELS - Object.keys(labels).length);
  return { ...labels, ...Object.fromEntries(added) };
}

/** The labels of a timer without those that its metadata brought in. */
export function withoutEcosystemLabels(
  labels: Record<string, string>,
  metadata: JsonObject | null,
): Record<string, string> {
  const projected = withEcosystemLabels({}, metadata);
  return Object.fromEntries(Object.entries(labels).filter(([key, value]) => projected[key] !== value));
}
