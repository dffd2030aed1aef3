import { Client } from 'pg';
import type { Job, RivalSettings } from './rival.ts';

/** Throws when no database was named. */
export function databaseUrl(settings: RivalSettings): string {
  if (!settings.databaseUrl) throw new Error('DATABASE_URL is not set');
  return settings.databaseUrl;
}

/** Removes a schema that a benchmark made, with all it holds. `schema` is one of our own constants. */
export async function dropSchema(settings: RivalSettings, schema: string): Promise<void> {
  const client = new Client({ connectionString: databaseUrl(settings) });
  await client.connect();
  await client.query(`drop schema if exists ${schema} cascade`);
  await client.end();
}

/** When a job is due, as PostgreSQL's queues take it. */
export function dueAt({ due }: Job): Date {
  return new Date('inMs' in due ? Date.now() + due.inMs : due.atMs);
}
