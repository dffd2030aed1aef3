import { Readable } from 'node:stream';
import { afterAll, beforeAll } from '@jest/globals';
import { type RunningServer, startServer } from '@minoots/embedded';
import type * as z from 'zod';
import { run } from '../../src/run.ts';
import { tempHome } from './temp-home.ts';
import { recordingTerminal } from './terminal.ts';

/** The owner's key of the server. */
export const API_KEY = 'a-key-for-the-tests-of-commands';

export interface CommandOptions {
  isTTY?: boolean;
  kind?: string;
  /** What the user says when asked. */
  answer?: string;
  /** What comes in by a pipe. */
  input?: string;
  apiKey?: string;
  team?: string;
}

/** For the tests of a file: a server of their own, and the commands of `minoots` in this process, sent to it. */
export function commandsOnServer() {
  const { home, remove } = tempHome();
  let server: RunningServer;
  beforeAll(async () => {
    server = await startServer({ home, host: '127.0.0.1', port: 0, apiKey: API_KEY, logLevel: 'silent' });
  });
  afterAll(async () => {
    await server.close();
    remove();
  });

  const connection = ({ apiKey = API_KEY, team }: CommandOptions = {}) => ({
    ...{ url: server.url, apiKey, home, team },
  });
  async function minoots(argv: readonly string[], options: CommandOptions = {}) {
    const { input, ...shown } = options;
    const { terminal, stdout, stderr } = recordingTerminal(shown);
    const piped = input === undefined ? terminal : { ...terminal, stdin: Readable.from([input]) };
    const code = await run([...argv], piped, () => connection(options));
    return { code, stdout: stdout(), stderr: stderr() };
  }
  return {
    home,
    /** How commands find the server. */
    connection,
    minoots,
    /** What a command prints on a terminal. */
    onTerminal: (...argv: string[]) => minoots(argv, { isTTY: true }),
    /** What a command prints for programs. @throws when it fails */
    async answer<T>(schema: z.ZodType<T>, ...argv: string[]): Promise<T> {
      const { code, stdout, stderr } = await minoots(argv);
      if (code !== 0) throw new Error(`exit code ${code}: ${stderr}`);
      return schema.parse(JSON.parse(stdout));
    },
  };
}
