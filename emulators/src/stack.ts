import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Trigger } from './firebase/triggers.ts';
import type { Child } from './processes/child.ts';
import { failure } from './processes/ready.ts';
import { type StackPlaces, startParts } from './stack-parts.ts';

export interface StackOptions {
  /** Begins with `demo-`, so that nothing reaches a real project. What stacks share, they keep apart by project. */
  projectId: string;
  /** Settings of the functions besides the stack's own, as a `.env` file would have them. */
  settings?: Record<string, string>;
  /** Ends the start, which then rejects. */
  signal: AbortSignal;
}

/** A running stack. It ends with this process, whatever ends this process. */
export interface Stack {
  places: StackPlaces;
  /** The scheduled functions, which nobody but the caller runs. */
  schedules: readonly { name: string; schedule: string }[];
  /** Resolves when a part ends although nobody stopped it. */
  failed: Promise<Error>;
  /** Ends all parts and forgets their state. */
  stop(): Promise<void>;
  /** Copies the logs to a folder. */
  keepLogs(folder: string): void;
}

/**
 * Starts Firestore, Cloud Tasks, Auth, Cloud Functions and Hosting on this machine, without a network, and the bundle of
 * the functions in them. FIRESTORE_EMULATOR_HOST and CLOUD_TASKS_EMULATOR_HOST name emulators to be used instead of its
 * own. Resolves when each part answers.
 * @throws BootstrapError with the last words of the part that failed
 */
export async function startStack({ projectId, settings = {}, signal }: StackOptions): Promise<Stack> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'minoots-')));
  const logs = join(folder, 'logs');
  mkdirSync(logs);
  const children: Child[] = [];
  const stop = async () => {
    // The functions go first: they would complain about the rest.
    for (const child of children.toReversed()) await child.stop();
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  };
  try {
    const { places, triggers } = await startParts({ projectId, settings, signal, folder, logs, children });
    return {
      places,
      schedules: schedulesOf(triggers),
      failed: Promise.race(children.map((child) => child.ended.then(() => failure(child, 'has ended')))),
      stop,
      keepLogs: (destination) => cpSync(logs, destination, { recursive: true }),
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function schedulesOf(triggers: readonly Trigger[]) {
  return triggers.flatMap(({ name, schedule }) => (schedule ? [{ name, schedule: schedule.schedule }] : []));
}
