import { rmSync } from 'node:fs';
import { build } from 'esbuild';

/** Bundles what is published: the npm package of the command line and client library. */
rmSync('cli/dist', { recursive: true, force: true });
await build({
  entryPoints: ['cli/src/index.ts'],
  outdir: 'cli/dist',
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node22',
  conditions: ['import'],
  sourcemap: true,
});
