import * as z from 'zod';
import { startFirestoreEmulator } from './emulator.ts';

const { HOST: host, PORT: port } = z
  .object({
    HOST: z.string().min(1).default('127.0.0.1'),
    PORT: z.coerce.number().int().min(0).max(65_535).default(8080),
  })
  .parse(process.env);

const emulator = await startFirestoreEmulator({ host, port });
console.log(`Firestore emulator: FIRESTORE_EMULATOR_HOST=${emulator.address}`);

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    void emulator.close();
  });
}
