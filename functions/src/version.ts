import packageJson from '../package.json' with { type: 'json' };

/** The version of this engine. */
export const VERSION: string = packageJson.version;
