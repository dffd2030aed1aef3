import { execFile } from 'node:child_process';
import { cp, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as z from 'zod';
import { findNpm } from '../../scripts/lib/npm.mjs';
import { installFirebaseTools } from '../src/tools.ts';

const run = promisify(execFile);
const PROJECT = 'demo-minoots';
const INSTALL_MS = 300_000;

const Deployment = z.object({
  faults: z.array(z.unknown()),
  site: z.array(z.looseObject({ public: z.string(), rewrites: z.array(z.unknown()) })),
  rules: z.array(z.object({ files: z.array(z.object({ name: z.string(), content: z.string() })) })),
  indexes: z.object({ indexes: z.array(z.unknown()), fieldOverrides: z.array(z.unknown()) }),
  source: z.string(),
  files: z.array(z.string()),
  endpoints: z.array(z.looseObject({ id: z.string() })),
});

/** Loads the functions, then what they load and read later. */
const PROBE = `
import { readdirSync, readFileSync } from 'node:fs';
const started = performance.now();
const functions = await import('./index.js');
const loadMs = performance.now() - started;
const later = readdirSync('chunks').filter((name) => name.endsWith('.js')).map((name) => './chunks/' + name);
for (const module of [...later, '@google-cloud/tasks', '@grpc/grpc-js']) await import(module);
readFileSync(new URL('swagger-ui.css', import.meta.resolve('swagger-ui-dist/package.json')));
const exported = Object.keys(functions).filter((name) => functions[name] !== undefined);
console.log(JSON.stringify({ exported, loadMs }));
`;
const Probed = z.object({ exported: z.array(z.string()), loadMs: z.number() });

describe('what firebase deploy makes of this checkout', () => {
  let deployment: z.infer<typeof Deployment>;
  beforeAll(async () => {
    const program = join(import.meta.dirname, 'support/inspect-deployment.ts');
    const { stdout } = await run(process.execPath, [program, await installFirebaseTools(), PROJECT]);
    deployment = Deployment.parse(JSON.parse(stdout.trim().split('\n').at(-1) ?? ''));
  }, INSTALL_MS);

  it('finds no fault with firebase.json', () => {
    expect(deployment.faults).toEqual([]);
  });

  it('reads the rules and the indexes', () => {
    const [rules] = deployment.rules;
    expect(rules?.files).toEqual([{ name: 'firestore.rules', content: expect.stringMatching(/if false;/) }]);
    expect(deployment.indexes.indexes.length).toBeGreaterThan(0);
    const expiring = (collectionGroup: string) => expect.objectContaining({ collectionGroup, ttl: true });
    expect(deployment.indexes.fieldOverrides).toContainEqual(expiring('timers'));
    expect(deployment.indexes.fieldOverrides).toContainEqual(expiring('idempotency'));
  });

  it('serves a site whose API paths lead to the function api', () => {
    const [site] = deployment.site;
    const sources = ['/v1/**', '/healthz', '/readyz', '/openapi.json', '/docs{,/**}'];
    expect(site?.rewrites).toEqual(sources.map((source) => ({ source, function: { functionId: 'api' } })));
  });

  it('deploys exactly the functions of the engine, with their settings and without a question', () => {
    const shared = { runtime: 'nodejs24', platform: 'gcfv2', region: 'us-central1', availableMemoryMb: 512 };
    const byId = Object.fromEntries(deployment.endpoints.map((endpoint) => [endpoint.id, endpoint]));
    expect(byId).toEqual({
      api: expect.objectContaining({ ...shared, httpsTrigger: { invoker: ['public'] }, concurrency: 80 }),
      fire0: expect.objectContaining({ ...shared, concurrency: 80, timeoutSeconds: 300, minInstances: 0 }),
      sweep: expect.objectContaining({ ...shared, concurrency: 1, maxInstances: 1 }),
      purge: expect.objectContaining({ ...shared, concurrency: 1, maxInstances: 1 }),
    });
    expect(byId.fire0).toMatchObject({
      taskQueueTrigger: { invoker: ['private'], retryConfig: { maxAttempts: 100 } },
    });
  });

  describe('uploads a folder that', () => {
    let folder: string;
    beforeAll(async () => {
      folder = await realpath(await mkdtemp(join(tmpdir(), 'minoots-upload-')));
      const { source, files } = deployment;
      await Promise.all(files.map((file) => cp(join(source, file), join(folder, file))));
      const install = [
        findNpm(process.env),
        'install',
        '--omit=dev',
        '--no-audit',
        '--no-fund',
        '--prefix',
        folder,
      ];
      await run(process.execPath, install, { cwd: folder });
    }, INSTALL_MS);
    afterAll(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }));

    it('has the bundle and its package.json, and no settings', () => {
      const others = deployment.files.filter((file) => !/^(index|chunks\/[\w-]+)\.js(\.map)?$/.test(file));
      expect(others).toEqual(['package.json']);
    });

    it('loads in an empty place when npm has installed what it asks for', async () => {
      const probe = ['--input-type=module', '--eval', PROBE];
      const { stdout } = await run(process.execPath, probe, {
        cwd: folder,
        env: { GCLOUD_PROJECT: PROJECT },
      });
      const { exported, loadMs } = Probed.parse(JSON.parse(stdout));
      expect(exported.sort()).toEqual(['api', 'fire0', 'purge', 'sweep']);
      console.log(`node loads the functions in ${Math.round(loadMs)} ms`);
    });
  });
});
