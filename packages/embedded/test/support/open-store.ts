import { type Database, openDatabase } from '../../src/sqlite/database.ts';
import { makeTempFolder } from './temp-folder.ts';

/** A database in a folder of its own. */
export interface OpenStore<S> {
  store: S;
  database: Database;
  folder: string;
  /** Closes the database and removes its folder. */
  close(): Promise<void>;
}

/** Opens a store over a new database file. */
export async function openStore<S>(make: (database: Database) => S): Promise<OpenStore<S>> {
  const { folder, remove } = await makeTempFolder();
  const database = openDatabase(folder);
  return {
    store: make(database),
    database,
    folder,
    close: async () => {
      await database.close();
      await remove();
    },
  };
}
