import { fileURLToPath } from 'node:url';

/** Path of a module of this package that runs by itself, such as `daemon/entry`: a source, or its bundle beside this one. */
export function modulePath(name: string): string {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  return fileURLToPath(new URL(`./${name}.${extension}`, import.meta.url));
}
