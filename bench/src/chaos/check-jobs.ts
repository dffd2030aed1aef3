import { contentOf, type Mark, type Work } from './jobs.ts';
import type { TimerEnd, TimerObservation } from './observations.ts';

/** Judges what became of the job of one timer, with the marks of its commands in turn. Answers what is wrong, or null. */
type JobRule = (timer: Judged, marks: readonly Mark[], file: string | null) => string | null;
type Judged = TimerObservation & { end: TimerEnd };

const RULES: Readonly<Record<string, JobRule>> = {
  'a fired timer lost its job': ({ job, end: { status, jobs } }) =>
    status === 'expired' && job !== null && jobs.length !== 1 ? `it has ${jobs.length} jobs` : null,

  'a job has not succeeded': ({ end: { status, jobs } }) => {
    const open = jobs.find((job) => job.status !== 'succeeded');
    return status === 'expired' && open ? `${open.id} is ${open.status}` : null;
  },

  'a job counts as done and is not': ({ job, end: { jobs } }, marks, file) => {
    const done = jobs.find(({ status }) => status === 'succeeded');
    if (job === null || done === undefined) return null;
    if (job.kind === 'command')
      return marks.some(({ step }) => step === 'end') ? null : 'its command has not come to its end';
    const content = contentOf(done.id);
    const isRight = job.kind === 'write' ? file === content : isRepeated(file, content);
    return isRight ? null : `its file holds ${JSON.stringify(file)}`;
  },

  'a command ran twice at a time': (_timer, marks) => {
    const late = marks.find(
      ({ step, attempt }, index) =>
        step === 'end' && marks.slice(0, index).some((other) => other.attempt > attempt),
    );
    return late ? `attempt ${late.attempt} was still running when the next had begun` : null;
  },

  'a cancelled timer has done its job': ({ end: { status } }, marks, file) =>
    status === 'cancelled' && (marks.length > 0 || file !== null)
      ? 'its command ran, or its file is there'
      : null,
};

/** Finds every broken promise about jobs. */
export function checkJobs(timers: readonly TimerObservation[], { marks, files }: Work) {
  const byDelivery = Map.groupBy(marks, ({ deliveryId }) => deliveryId);
  const broken = timers.flatMap((timer) => {
    const { id, end } = timer;
    if (end === null) return [];
    const own = end.jobs.flatMap((job) => byDelivery.get(job.id) ?? []);
    return Object.entries(RULES).flatMap(([rule, judge]) => {
      const detail = judge({ ...timer, end }, own, files.get(id) ?? null);
      return detail === null ? [] : [{ rule, timerId: id, detail }];
    });
  });
  return [...broken, ...strangers(timers, byDelivery.keys(), files.keys())];
}

function strangers(
  timers: readonly TimerObservation[],
  deliveryIds: Iterable<string>,
  timerIds: Iterable<string>,
) {
  const knownJobs = new Set(timers.flatMap(({ end }) => end?.jobs.map(({ id }) => id) ?? []));
  const knownTimers = new Set(timers.map(({ id }) => id));
  const strange = [
    ...[...deliveryIds].filter((id) => !knownJobs.has(id)),
    ...[...timerIds].filter((id) => !knownTimers.has(id)),
  ];
  return strange.map((detail) => ({ rule: 'a job of no known timer was done', timerId: null, detail }));
}

function isRepeated(text: string | null, part: string): boolean {
  return text !== null && text !== '' && text.replaceAll(part, '') === '';
}
