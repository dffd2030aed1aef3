/**
 * A span as a clock shows it, to the second and never below zero: `9 s`, `12:09`, `4:12:09`, `3 d 4:12:09`.
 *
 * @param {number} spanMs
 */
export function formatSpan(spanMs) {
  const seconds = Math.max(0, Math.ceil(spanMs / 1_000));
  if (seconds < 60) return `${seconds} s`;
  const [days, hours, minutes] = [
    Math.floor(seconds / 86_400),
    Math.floor(seconds / 3_600) % 24,
    Math.floor(seconds / 60) % 60,
  ];
  const places = days + hours === 0 ? [minutes] : [hours, minutes];
  const [first, ...rest] = [...places, seconds % 60];
  const clock = [first, ...rest.map((place) => String(place).padStart(2, '0'))].join(':');
  return days === 0 ? clock : `${days} d ${clock}`;
}

/**
 * An instant in the time of whoever looks, with the day where that is not today.
 *
 * @param {string} instant RFC 3339
 * @param {Date} now
 */
export function formatInstant(instant, now) {
  const date = new Date(instant);
  const isToday = date.toDateString() === now.toDateString();
  return date.toLocaleString(undefined, {
    ...(isToday ? {} : { dateStyle: 'medium' }),
    timeStyle: 'medium',
  });
}
