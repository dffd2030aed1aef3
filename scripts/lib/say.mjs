/** A failure whose message is all that the reader needs: shown without a stack. */
export class BootstrapError extends Error {}

/** Progress goes to stderr: stdout belongs to the program that is about to run. */
export function say(line) {
  process.stderr.write(`minoots: ${line}\n`);
}
