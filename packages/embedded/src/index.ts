export { type RunningServer, startServer } from './server.ts';
export { readSettings, type Settings, SettingsError } from './settings.ts';
export { DataFolderError } from './sqlite/database.ts';
export { FolderInUse } from './sqlite/folder-lock.ts';
