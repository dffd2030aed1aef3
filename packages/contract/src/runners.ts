import * as z from 'zod';
import { DeliveryId, Duration, Instant, TimerId } from './primitives.ts';
import { Name } from './timer-fields.ts';

/** How long a runner holds a job unless it renews the lease, in ms. */
export const JOB_LEASE_MS = 30_000;
/** Longest that a runner may wait for jobs in one request, in ms. */
export const MAX_LEASE_WAIT_MS = 30_000;
/** Most of its output that a command may report, in bytes of UTF-8: the end of it. */
export const MAX_OUTPUT_TAIL_BYTES = 4_096;

/** Identifier of a runner: `run_` and 22 random base62 characters, made by the runner and kept when it restarts. */
export const RunnerId = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/,
    'must be 1 to 64 letters, digits, "_" or "-", not starting with a sign',
  )
  .meta({ id: 'RunnerId', example: 'run_4fZk0Qw7cTn2Ry9LbXa1Ve' });

/** What actions choose runners by, such as `gpu` or `eu-west-1`. */
export const RunnerLabel = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/,
    'must be 1 to 63 letters, digits, ".", "_" or "-", not starting with a sign',
  )
  .meta({ example: 'linux' });

/** Types of action that runners carry out. */
export const JobType = z.enum(['command', 'file_write']).meta({ id: 'JobType' });
export type JobType = z.infer<typeof JobType>;

/** Says that a runner is there, or is there again. */
export const RegisterRunnerRequest = z
  .strictObject({
    name: Name,
    /** An action goes to a runner that has all labels it asks for. */
    labels: z.array(RunnerLabel).max(16).default([]),
    /** What it was started to carry out. */
    accepts: z.array(JobType).min(1).max(2),
  })
  .meta({ id: 'RegisterRunnerRequest' });
export type RegisterRunnerRequest = z.input<typeof RegisterRunnerRequest>;

export const Runner = z
  .object({
    id: RunnerId,
    name: z.string(),
    labels: z.array(z.string()),
    accepts: z.array(JobType),
    registered_at: Instant,
    /** When it asked for jobs last, to within half a minute. */
    last_seen_at: Instant,
    /** Whether it asked for jobs within the last two minutes. */
    online: z.boolean(),
  })
  .meta({ id: 'Runner' });
export type Runner = z.infer<typeof Runner>;

export const RunnerList = z.object({ data: z.array(Runner) }).meta({ id: 'RunnerList' });
export type RunnerList = z.infer<typeof RunnerList>;

/** Asks for jobs, and waits for the first. */
export const LeaseJobsRequest = z
  .strictObject({
    /** At most so many; 1 unless told. */
    limit: z.int().min(1).max(20).default(1),
    /** How long to wait for a job when there is none: 0 to 30 s, 0 unless told. */
    wait: Duration.optional(),
  })
  .meta({ id: 'LeaseJobsRequest' });
export type LeaseJobsRequest = z.input<typeof LeaseJobsRequest>;

/** What a runner is to do. Placeholders are filled in; in a shell script they stand as variables of `env`. */
export const JobAction = z
  .discriminatedUnion('type', [
    z.object({
      type: z.literal('command'),
      /** A script for the shell, or a program with its arguments, which no shell gets to see. */
      run: z.union([z.object({ script: z.string() }), z.object({ argv: z.array(z.string()).min(1) })]),
      /** Beside the runner's own environment. */
      env: z.record(z.string(), z.string()),
      /** Relative to the runner's folder; null: that folder. */
      cwd: z.string().nullable(),
      timeout_ms: z.int(),
    }),
    z.object({
      type: z.literal('file_write'),
      /** Relative to the first folder that the runner allows, or absolute and inside one of them. */
      file: z.string(),
      content: z.string(),
      /** Adds to the file instead of replacing it. */
      append: z.boolean(),
    }),
  ])
  .meta({ id: 'JobAction' });
export type JobAction = z.infer<typeof JobAction>;

/** One attempt at a delivery, for the runner that holds its lease. */
export const Job = z
  .object({
    /** That of the delivery. */
    id: DeliveryId,
    /** 1 for the first attempt. Heartbeats and the outcome name it. */
    attempt: z.int(),
    timer: z.object({ id: TimerId, name: z.string() }),
    action: JobAction,
    /** The job goes back when no heartbeat has come by then. */
    lease_until: Instant,
  })
  .meta({ id: 'Job' });
export type Job = z.infer<typeof Job>;

export const JobList = z.object({ data: z.array(Job) }).meta({ id: 'JobList' });
export type JobList = z.infer<typeof JobList>;

const attemptOfRunner = {
  runner_id: RunnerId,
  attempt: z.int().min(1),
};
/** The end of what the command has written so far. */
const outputTail = z.string().max(MAX_OUTPUT_TAIL_BYTES);

/** Renews the lease of a job. */
export const JobHeartbeatRequest = z
  .strictObject({ ...attemptOfRunner, output_tail: outputTail.optional() })
  .meta({ id: 'JobHeartbeatRequest' });
export type JobHeartbeatRequest = z.input<typeof JobHeartbeatRequest>;

export const JobLease = z.object({ lease_until: Instant }).meta({ id: 'JobLease' });
export type JobLease = z.infer<typeof JobLease>;

/** Reports how a job went. `refused`: the runner may not do this, now or ever. */
export const CompleteJobRequest = z
  .strictObject({
    ...attemptOfRunner,
    outcome: z.enum(['succeeded', 'failed', 'refused']),
    duration_ms: z.int().min(0),
    /** Of a command that ended by itself. */
    exit_code: z.int().nullable().default(null),
    /** What went wrong; null of a success. */
    error: z.string().max(1_000).nullable().default(null),
    output_tail: outputTail.default(''),
  })
  .meta({ id: 'CompleteJobRequest' });
export type CompleteJobRequest = z.input<typeof CompleteJobRequest>;

/** Gives a job back, for any runner to take. The attempt counts as one that was interrupted. */
export const ReleaseJobRequest = z
  .strictObject({ ...attemptOfRunner, reason: z.string().min(1).max(200) })
  .meta({ id: 'ReleaseJobRequest' });
export type ReleaseJobRequest = z.infer<typeof ReleaseJobRequest>;
