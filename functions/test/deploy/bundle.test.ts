import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as z from 'zod';
import { type Bundle, buildBundle } from '../support/bundle.ts';

const SourceMap = z.object({ sources: z.array(z.string()) });
const Manifest = z.object({ dependencies: z.record(z.string(), z.string()) }).loose();
/** Packages that take their time to load. */
const HEAVY = /node_modules\/(.*firestore|@google-cloud|google-gax|@grpc|swagger-ui)/;
/** What a start needs: the triggers, their settings, and what reads those. */
const NEEDED = /functions\/src\/(index|params|settings)\.ts$|node_modules\/zod\//;

describe('the bundle', () => {
  let bundle: Bundle;
  beforeAll(async () => {
    bundle = await buildBundle();
  });
  afterAll(() => bundle.remove());

  it('exports api, sweep, purge and one function per queue', async () => {
    expect((await bundle.load()).exported.sort()).toEqual(['api', 'fire0', 'purge', 'sweep']);
    const { exported } = await bundle.load({ MINOOTS_FIRE_QUEUES: '3' });
    expect(exported.sort()).toEqual(['api', 'fire0', 'fire1', 'fire2', 'purge', 'sweep']);
  });

  it('has a name for each of the 100 queues there may be', async () => {
    const { exported } = await bundle.load({ MINOOTS_FIRE_QUEUES: '100' });
    const queues = Array.from({ length: 100 }, (_, queue) => `fire${queue}`);
    expect(exported.sort()).toEqual(['api', ...queues, 'purge', 'sweep'].sort());
  });

  it('loads neither the engine nor a client library of Google before a request comes', async () => {
    const { loaded } = await bundle.load();
    expect(loaded.filter((path) => HEAVY.test(path))).toEqual([]);
    const own = loaded.filter((path) => path.startsWith(bundle.folder));
    const sources = (await Promise.all(own.map(sourcesOf))).flat();
    expect(sources).toContainEqual(expect.stringMatching(/functions\/src\/index\.ts$/));
    expect(sources.filter((source) => !NEEDED.test(source))).toEqual([]);
  });

  it('loads them when a request comes', async () => {
    const { loaded } = await bundle.loadAll();
    expect(loaded).toContainEqual(expect.stringMatching(/node_modules\/.*firestore/));
    expect((await texts(bundle, /\.js$/)).join('\n')).toMatch(/import\("@google-cloud\/tasks"\)/);
  });

  it('refers to no package of this repository', async () => {
    for (const text of await texts(bundle, /\.js$/))
      expect(text).not.toMatch(/(from|import|\() ?"@minoots\//);
    expect(Object.keys((await manifestOf(bundle)).dependencies).join()).not.toMatch(/@minoots/);
  });

  it('asks for exact versions, of what it uses alone, on Node 24', async () => {
    const { dependencies, ...manifest } = await manifestOf(bundle);
    expect(manifest).toMatchObject({ type: 'module', main: 'index.js', engines: { node: '24' } });
    expect(Object.keys(dependencies)).toEqual([
      '@google-cloud/tasks',
      '@grpc/grpc-js',
      'firebase-admin',
      'firebase-functions',
      'swagger-ui-dist',
    ]);
    for (const version of Object.values(dependencies)) expect(version).toMatch(/^\d+\.\d+\.\d+$/);
  });

  it('comes out the same when it is built again', async () => {
    const files = /\.(js|map|json)$/;
    await bundle.rebuild();
    const before = await texts(bundle, files);
    await bundle.rebuild();
    expect(await texts(bundle, files)).toEqual(before);
  });
});

async function texts({ folder }: Bundle, names: RegExp): Promise<string[]> {
  const files = (await readdir(folder, { recursive: true })).filter((file) => names.test(file)).sort();
  const contents = files.map(async (file) => `${file}\n${await readFile(join(folder, file), 'utf8')}`);
  return Promise.all(contents);
}

async function sourcesOf(path: string): Promise<string[]> {
  return SourceMap.parse(JSON.parse(await readFile(`${path}.map`, 'utf8'))).sources;
}

async function manifestOf({ folder }: Bundle): Promise<z.infer<typeof Manifest>> {
  return Manifest.parse(JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')));
}
