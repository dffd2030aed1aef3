import { PassThrough, Readable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { recordingTerminal } from '../../test/support/terminal.ts';
import { readSecret } from './secret-input.ts';
import { UsageError } from './usage-error.ts';

describe('readSecret', () => {
  const piped = (text: string) => ({ ...recordingTerminal().terminal, stdin: Readable.from([text]) });

  it.each([
    ['correct horse\n', 'correct horse'],
    ['correct horse\r\n', 'correct horse'],
    ['two\nlines\n', 'two\nlines'],
    [' spaces stay ', ' spaces stay '],
  ])('reads %j as %j from what is piped in', async (text, value) => {
    expect(await readSecret(piped(text), 'Value: ')).toBe(value);
  });

  it.each(['', '\n'])('refuses %j', async (text) => {
    await expect(readSecret(piped(text), 'Value: ')).rejects.toThrow(UsageError);
  });

  it('refuses where nothing can be read', async () => {
    await expect(readSecret(recordingTerminal().terminal, 'Value: ')).rejects.toThrow('--value');
  });

  it('asks on a terminal, and shows nothing of what is typed', async () => {
    const { terminal, stdout, stderr } = recordingTerminal({ isTTY: true });
    const stdin = Object.assign(new PassThrough(), { isTTY: true });
    const reading = readSecret({ ...terminal, stdin }, 'Value of TOKEN: ');
    stdin.write('correct horse\r');
    expect(await reading).toBe('correct horse');
    expect(stderr()).toBe('Value of TOKEN: \n');
    expect(stdout()).toBe('');
  });
});
