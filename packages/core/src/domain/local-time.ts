import { Temporal } from 'temporal-polyfill';
import { type Rejection, reject } from './rejection.ts';

/** What a clock change has to do with a local time. */
export interface LocalTimeNote {
  kind: 'skipped' | 'repeated';
  detail: string;
}

const ZONE_NAME = /^[A-Za-z][\w+/-]*$/;

/** The refusal of a name that is not one of an IANA time zone; null for one that is. */
export function zoneRejection(timezone: string, pointer: string): Rejection | null {
  try {
    // Temporal also reads offsets and whole instants as zones; neither names rules for daylight saving.
    if (!ZONE_NAME.test(timezone)) throw new RangeError('not a zone name');
    localOf(0, timezone);
    return null;
  } catch {
    return reject('invalid_request', `${JSON.stringify(timezone)} is not an IANA time zone`, pointer);
  }
}

/** What clocks in `timezone`, an IANA name, show at `at`, epoch ms. */
export function localOf(at: number, timezone: string): Temporal.PlainDateTime {
  return Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timezone).toPlainDateTime();
}

/** What clocks show, as ISO 8601 text without an offset. */
export function localText(at: number, timezone: string): string {
  return localOf(at, timezone).toString({ smallestUnit: 'second' });
}

/** The instant, epoch ms, of a local time; `pass` says which where it is repeated or skipped, as Temporal has it. */
export function instantOf(
  local: Temporal.PlainDateTime,
  timezone: string,
  pass: 'earlier' | 'later' | 'compatible',
): number {
  return local.toZonedDateTime(timezone, { disambiguation: pass }).epochMilliseconds;
}

/** The first instant, epoch ms, after the gap that a local time is skipped in; null when clocks show the time. */
export function endOfGap(local: Temporal.PlainDateTime, timezone: string): number | null {
  const before = local.toZonedDateTime(timezone, { disambiguation: 'earlier' });
  if (before.toPlainDateTime().equals(local)) return null;
  return before.getTimeZoneTransition('next')?.epochMilliseconds ?? null;
}

/**
 * What a clock change in `timezone` has to do with a local time that was taken to be the instant `at`, epoch ms: skipped
 * where no clock showed it, repeated where clocks showed it twice; null otherwise.
 */
export function noteOf(local: Temporal.PlainDateTime, timezone: string, at: number): LocalTimeNote | null {
  const earlier = instantOf(local, timezone, 'earlier');
  if (earlier === instantOf(local, timezone, 'later')) return null;
  const shown = localOf(at, timezone);
  if (!shown.equals(local)) {
    const detail = `${local} does not exist in ${timezone}, where the clock goes forward: it is taken as ${shown}`;
    return { kind: 'skipped', detail };
  }
  const pass = at === earlier ? 'first' : 'second';
  const detail = `${local} comes twice in ${timezone}, where the clock goes back: this is the ${pass} time`;
  return { kind: 'repeated', detail };
}
