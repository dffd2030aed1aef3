export function findNpm(env: NodeJS.ProcessEnv): string;
