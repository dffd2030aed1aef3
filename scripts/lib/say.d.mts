export class BootstrapError extends Error {}
export function say(line: string): void;
