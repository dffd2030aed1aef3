import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { Terminal } from './output.ts';
import { UsageError } from './usage-error.ts';

/**
 * Reads a value that should not stay on a screen or in a history: what is piped in, without the line break at its end, or
 * what is typed unseen at a prompt.
 * @throws UsageError when there is nothing to read
 */
export async function readSecret({ stdin, stderr }: Terminal, prompt: string): Promise<string> {
  if (stdin === undefined) throw new UsageError('there is no input to read the value from; use --value');
  const value = stdin.isTTY === true ? await ask(stdin, stderr, prompt) : await text(stdin);
  const line = value.replace(/\r?\n$/, '');
  if (line === '') throw new UsageError('the value is empty: pipe it in, or type it at the prompt');
  return line;
}

async function ask(stdin: NodeJS.ReadableStream, stderr: NodeJS.WritableStream, prompt: string) {
  stderr.write(prompt);
  const unseen = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: stdin, output: unseen, terminal: true });
  try {
    // An ended input is an empty answer.
    const ended = new Promise<string>((resolve) => lines.once('close', () => resolve('')));
    return await Promise.race([lines.question(''), ended]);
  } finally {
    lines.close();
    stderr.write('\n');
  }
}
