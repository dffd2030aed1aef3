import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { between, pick, type Random } from './random.ts';

/** What a timer has the server's own runner do, beside its webhook. */
export interface PlannedJob {
  readonly kind: 'command' | 'write' | 'append';
  /** How long a command sleeps between its two marks, in ms. */
  readonly takesMs: number;
}

/** A mark that a command left: it began, or it came to its end. */
export interface Mark {
  readonly step: 'begin' | 'end';
  readonly deliveryId: string;
  readonly attempt: number;
}

/** What the runner's folder shows. */
export interface Work {
  /** In the order in which commands left them. */
  readonly marks: readonly Mark[];
  /** Content of each file that was written, by the id of its timer. */
  readonly files: ReadonlyMap<string, string>;
}

const SHARE = 0.25;
const KINDS = ['command', 'command', 'write', 'append'] as const;
/** So that kills hit commands under way. */
const TAKES_MS = [0, 250] as const;
const MARKS = 'marks';
const FOLDERS = ['write', 'append'] as const;

/** A quarter of all timers has a job. */
export function planJob(random: Random): PlannedJob | null {
  if (random() >= SHARE) return null;
  return { kind: pick(random, KINDS), takesMs: between(random, ...TAKES_MS) };
}

/** The actions of a timer that ask for it. */
export function jobActions({ kind, takesMs }: PlannedJob): object {
  const mark = (step: string) => `echo "${step} \${delivery.id} $MINOOTS_ATTEMPT" >> ${MARKS}`;
  if (kind === 'command')
    return { command: `${mark('begin')}; sleep ${(takesMs / 1_000).toFixed(3)}; ${mark('end')}` };
  const file = `${kind}/\${timer.id}/file`;
  return { file_write: { file, content: contentOf('${delivery.id}'), append: kind === 'append' } };
}

/** What a job writes once. */
export function contentOf(deliveryId: string): string {
  return `written by ${deliveryId}\n`;
}

/** Reads what was done in a data folder. @throws at a mark that no command leaves */
export function readWork(home: string): Work {
  const work = join(home, 'work');
  const marks = join(work, MARKS);
  const lines = existsSync(marks) ? readFileSync(marks, 'utf8').split('\n').slice(0, -1) : [];
  const files = FOLDERS.flatMap((kind) =>
    namesIn(join(work, kind)).map((id) => [id, readFileSync(join(work, kind, id, 'file'), 'utf8')] as const),
  );
  return { marks: lines.map(readMark), files: new Map(files) };
}

function readMark(line: string): Mark {
  const [, step, deliveryId = '', attempt] = /^(begin|end) (\S+) (\d+)$/.exec(line) ?? [];
  if (step !== 'begin' && step !== 'end') throw new Error(`a command left the mark ${JSON.stringify(line)}`);
  return { step, deliveryId, attempt: Number(attempt) };
}

function namesIn(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder) : [];
}
