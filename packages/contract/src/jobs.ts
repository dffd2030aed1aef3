import * as z from 'zod';
import { Duration } from './primitives.ts';
import { RunnerLabel } from './runners.ts';

const NO_NUL = 'must not hold NUL';
// biome-ignore lint/suspicious/noControlCharactersInRegex: no argument, variable or path can hold a NUL
const WITHOUT_NUL = /^[^\u0000]*$/;
const text = (min: number, max: number) => z.string().min(min).max(max).regex(WITHOUT_NUL, NO_NUL);

/** What may stand on a command line: a script, or a program with its arguments. */
export const CommandLine = text(1, 16_384).meta({ example: 'npm run deploy' });

const env = z
  .record(
    z
      .string()
      .regex(
        /^(?!MINOOTS_)[A-Za-z_][A-Za-z0-9_]{0,127}$/,
        'must be the name of a variable, and not begin with MINOOTS_',
      ),
    text(0, 4_096),
  )
  .refine((variables) => Object.keys(variables).length <= 64, 'at most 64 variables');

/** The runner that takes it has all of these. Any runner of the team that accepts the type may, unless told. */
const runsOn = z.array(RunnerLabel).max(16);

const forRunners = {
  runs_on: runsOn.optional(),
  /** How long it waits for a runner: 1 s to 29 days, a day unless told. Then the delivery has failed for good. */
  claim_within: Duration.optional(),
};

export const commandFields = {
  run: CommandLine,
  /** Whether `run` is a script for the shell, as it is unless told, or a program with its arguments. */
  shell: z.boolean().optional(),
  /** The folder it runs in, relative to the runner's own; a template. */
  cwd: text(1, 1_024).optional(),
  /** Variables beside the runner's own; the values are templates. */
  env: env.optional(),
  /** How long it may run: 1 s to 24 h, 10 min unless told. */
  timeout: Duration.optional(),
  ...forRunners,
};

export const fileWriteFields = {
  /** Relative to the first folder that the runner allows, or absolute and inside one of them; a template. */
  file: text(1, 1_024),
  /** A template. */
  content: text(0, 65_536),
  /** Adds to the file instead of replacing it. */
  append: z.boolean().optional(),
  ...forRunners,
};
