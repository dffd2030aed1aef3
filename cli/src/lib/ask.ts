import { createInterface } from 'node:readline/promises';

/** Asks a person a question on a terminal and gives the line typed; an ended input is an empty answer. */
export async function ask(
  question: string,
  input: NodeJS.ReadableStream,
  output: NodeJS.WritableStream,
): Promise<string> {
  const reader = createInterface({ input, output });
  try {
    return await Promise.race([
      reader.question(question),
      new Promise<string>((resolve) => reader.once('close', () => resolve(''))),
    ]);
  } finally {
    reader.close();
  }
}
