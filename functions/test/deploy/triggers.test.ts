import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Bundle, buildBundle } from '../support/bundle.ts';

const SERVICE_ACCOUNT = 'engine@demo-minoots.iam.gserviceaccount.com';

describe('the functions, as they are deployed', () => {
  let bundle: Bundle;
  beforeAll(async () => {
    bundle = await buildBundle();
  });
  afterAll(() => bundle.remove());

  it('are all of the second generation, in the region of the settings', async () => {
    const { endpoints } = await bundle.discover({ MINOOTS_FIRE_QUEUES: '2' });
    expect(Object.keys(endpoints).sort()).toEqual(['api', 'fire0', 'fire1', 'purge', 'sweep']);
    for (const [name, endpoint] of Object.entries(endpoints)) {
      expect(endpoint).toMatchObject({
        platform: 'gcfv2',
        entryPoint: name,
        region: '{{ params.MINOOTS_REGION }}',
        availableMemoryMb: '{{ params.MINOOTS_MEMORY_MB }}',
        serviceAccountEmail: null,
      });
    }
  });

  it('let everybody call the API, and keep a stream open for an hour', async () => {
    const { endpoints } = await bundle.discover();
    expect(endpoints.api).toMatchObject({
      httpsTrigger: { invoker: ['public'] },
      timeoutSeconds: 3600,
      concurrency: '{{ params.MINOOTS_API_CONCURRENCY }}',
      minInstances: '{{ params.MINOOTS_API_MIN_INSTANCES }}',
    });
  });

  it('take the tasks of each queue from within the project alone, and try them for an hour and a half', async () => {
    const { endpoints } = await bundle.discover({ MINOOTS_FIRE_QUEUES: '2' });
    for (const endpoint of [endpoints.fire0, endpoints.fire1]) {
      expect(endpoint).toMatchObject({
        timeoutSeconds: '{{ params.MINOOTS_FIRE_TIMEOUT_SECONDS }}',
        concurrency: '{{ params.MINOOTS_FIRE_CONCURRENCY }}',
        minInstances: '{{ params.MINOOTS_FIRE_MIN_INSTANCES }}',
        taskQueueTrigger: {
          invoker: ['private'],
          retryConfig: { maxAttempts: 100, minBackoffSeconds: 1, maxBackoffSeconds: 60, maxDoublings: 6 },
          rateLimits: { maxDispatchesPerSecond: 500, maxConcurrentDispatches: 5000 },
        },
      });
      expect(endpoint).not.toHaveProperty('eventTrigger');
    }
  });

  it('run as the service account of the settings, which then alone may call fire functions', async () => {
    const { endpoints } = await bundle.discover({ MINOOTS_SERVICE_ACCOUNT: SERVICE_ACCOUNT });
    for (const endpoint of Object.values(endpoints)) {
      expect(endpoint).toMatchObject({ serviceAccountEmail: SERVICE_ACCOUNT });
    }
    expect(endpoints.fire0).toMatchObject({ taskQueueTrigger: { invoker: [SERVICE_ACCOUNT] } });
  });

  it('sweep each minute and purge each night, one run at a time', async () => {
    const { endpoints } = await bundle.discover();
    expect(endpoints.sweep).toMatchObject({
      scheduleTrigger: { schedule: 'every 1 minutes', timeZone: 'Etc/UTC', retryConfig: { retryCount: 0 } },
      timeoutSeconds: 300,
      concurrency: 1,
      maxInstances: 1,
    });
    expect(endpoints.purge).toMatchObject({
      scheduleTrigger: { schedule: 'every day 03:00', timeZone: 'Etc/UTC', retryConfig: { retryCount: 3 } },
      timeoutSeconds: 1800,
      concurrency: 1,
      maxInstances: 1,
    });
  });

  it('have each param beside them with its default, so that a deployment asks for nothing', async () => {
    const { params } = await bundle.discover();
    const file = await readFile(join(bundle.folder, '.env'), 'utf8');
    const others = {
      MINOOTS_FIRE_QUEUES: '1',
      MINOOTS_SERVICE_ACCOUNT: '',
      MINOOTS_SECRETS: 'false',
      MINOOTS_BILLING: 'false',
      MINOOTS_SSO: 'false',
      MINOOTS_STRIPE_PRICE_PRO: '',
      MINOOTS_STRIPE_PRICE_ENTERPRISE: '',
      MINOOTS_CALLER_ACCOUNT: '',
    };
    const all = parseEnv(file);
    expect(all).toMatchObject(others);
    const env = Object.fromEntries(Object.entries(all).filter(([name]) => !Object.hasOwn(others, name)));
    expect(env).toEqual(Object.fromEntries(params.map((param) => [param.name, String(param.default)])));
  });

  it('get the key for secrets from Secret Manager where that is set, and name none elsewhere', async () => {
    const key = [{ key: 'MINOOTS_SECRET_KEY' }];
    const { endpoints } = await bundle.discover({ MINOOTS_SECRETS: 'true' });
    for (const endpoint of Object.values(endpoints))
      expect(endpoint).toMatchObject({ secretEnvironmentVariables: key });
    const { endpoints: without } = await bundle.discover();
    expect(JSON.stringify(without)).not.toContain('MINOOTS_SECRET_KEY');
  });

  it('get what Stripe knows the service by where teams pay', async () => {
    const keys = [{ key: 'MINOOTS_STRIPE_KEY' }, { key: 'MINOOTS_STRIPE_WEBHOOK_SECRET' }];
    const { endpoints } = await bundle.discover({ MINOOTS_BILLING: 'true' });
    for (const endpoint of Object.values(endpoints))
      expect(endpoint).toMatchObject({ secretEnvironmentVariables: keys });
  });

  it('are asked before people come in where there is single sign-on, and are not there elsewhere', async () => {
    const { endpoints } = await bundle.discover({ MINOOTS_SSO: 'true' });
    const names = ['api', 'beforeUserCreated', 'beforeUserSignedIn', 'fire0', 'purge', 'sweep'];
    expect(Object.keys(endpoints).sort()).toEqual(names);
    for (const [name, event] of [
      ['beforeUserCreated', 'beforeCreate'],
      ['beforeUserSignedIn', 'beforeSignIn'],
    ] as const) {
      expect(endpoints[name]).toMatchObject({
        platform: 'gcfv2',
        region: '{{ params.MINOOTS_REGION }}',
        timeoutSeconds: 7,
        blockingTrigger: {
          eventType: `providers/cloud.auth/eventTypes/user.${event}`,
          // What people showed to their own provider is nothing that the functions need.
          options: { accessToken: false, idToken: false, refreshToken: false },
        },
      });
    }
    const { endpoints: without } = await bundle.discover();
    expect(Object.keys(without).sort()).toEqual(['api', 'fire0', 'purge', 'sweep']);
  });

  it.each(['0', '101', 'two', '1.5'])('cannot be loaded with %s queues', async (queues) => {
    await expect(bundle.discover({ MINOOTS_FIRE_QUEUES: queues })).rejects.toThrow(
      /MINOOTS_FIRE_QUEUES must be/,
    );
  });
});
