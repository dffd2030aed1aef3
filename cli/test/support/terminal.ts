import { Writable } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import type { Terminal } from '../../src/lib/output.ts';

/** For tests: a terminal that remembers what was written to it, without colours, and all of it as it was. */
export function recordingTerminal({
  isTTY = false,
  kind = 'xterm',
  answer,
}: {
  isTTY?: boolean;
  kind?: string;
  answer?: string;
} = {}) {
  const out = recorder();
  const err = recorder();
  const terminal: Terminal = {
    stdout: Object.assign(out.stream, { isTTY, rows: 24 }),
    stderr: err.stream,
    kind,
    ...(answer !== undefined && {
      ask: async (question) => {
        err.stream.write(question);
        return answer;
      },
    }),
  };
  return { terminal, stdout: out.text, stderr: err.text, written: () => out.written() + err.written() };
}

function recorder() {
  let written = '';
  const stream = new Writable({
    decodeStrings: false,
    write(chunk: string, _encoding, done) {
      written += chunk;
      done();
    },
  });
  return { stream, text: () => stripVTControlCharacters(written), written: () => written };
}
