import { instance } from './instance.ts';

/** Answers one dispatched task. Rejects when Cloud Tasks should bring it again. */
export async function handleTask(data: unknown): Promise<void> {
  const engine = await instance();
  await engine.handleTask(data);
}
