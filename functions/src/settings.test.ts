import { describe, expect, it } from '@jest/globals';
import { readDeployment, readEngineSettings } from './settings.ts';

const CLOUD = { GCLOUD_PROJECT: 'demo-minoots' };
const EMULATOR = { ...CLOUD, FUNCTIONS_EMULATOR: 'true' };

describe('readEngineSettings', () => {
  it('needs nothing but the project', () => {
    const { fireUrl, ...settings } = readEngineSettings(CLOUD);
    expect(settings).toEqual({
      projectId: 'demo-minoots',
      region: 'us-central1',
      fireQueues: 1,
      fireTimeoutSeconds: 300,
      serviceAccount: null,
      secretKeys: '',
      callerAccount: null,
      historyDays: 1_095,
      corsOrigins: [],
      startPlan: 'free',
      sso: false,
      guessesPerMinute: 60,
      newcomersPerHour: 60,
      nameServers: null,
      stripe: null,
      clock: 'real',
      allowPrivateTargets: false,
      tasksEmulatorHost: null,
    });
    expect(() => readEngineSettings({})).toThrow('GCLOUD_PROJECT is missing');
  });

  it('takes an empty variable for an absent one', () => {
    const settings = readEngineSettings({ ...CLOUD, MINOOTS_SERVICE_ACCOUNT: '', MINOOTS_HISTORY_DAYS: '' });
    expect(settings).toMatchObject({ serviceAccount: null, historyDays: 1_095 });
  });

  it('calls fire functions where the cloud serves them', () => {
    const { fireUrl } = readEngineSettings({ ...CLOUD, MINOOTS_REGION: 'europe-west1' });
    expect(fireUrl(7)).toBe('https://europe-west1-demo-minoots.cloudfunctions.net/fire7');
  });

  it('calls fire functions where the emulator serves them', () => {
    expect(readEngineSettings(EMULATOR).fireUrl(0)).toBe(
      'http://127.0.0.1:5001/demo-minoots/us-central1/fire0',
    );
    const elsewhere = { ...EMULATOR, MINOOTS_FUNCTIONS_URL: 'http://127.0.0.1:6001/' };
    expect(readEngineSettings(elsewhere).fireUrl(1)).toBe(
      'http://127.0.0.1:6001/demo-minoots/us-central1/fire1',
    );
  });

  it.each([
    ['https://a.example, http://localhost:5173', ['https://a.example', 'http://localhost:5173']],
    ['["https://a.example","https://b.example"]', ['https://a.example', 'https://b.example']],
    ['[""]', []],
    ['[]', []],
  ])('reads origins from %s', (text, origins) => {
    expect(readEngineSettings({ ...CLOUD, MINOOTS_CORS_ORIGINS: text }).corsOrigins).toEqual(origins);
  });

  it.each(['a.example', 'https://a.example/', 'https://a.example/path', '*'])(
    'refuses %s as an origin',
    (text) => {
      expect(() => readEngineSettings({ ...CLOUD, MINOOTS_CORS_ORIGINS: text })).toThrow(
        'MINOOTS_CORS_ORIGINS must list origins',
      );
    },
  );

  it('moves time and reaches private addresses in the emulator alone', () => {
    const virtual = { MINOOTS_CLOCK: 'virtual', MINOOTS_ALLOW_PRIVATE_TARGETS: 'true' };
    expect(readEngineSettings({ ...EMULATOR, ...virtual })).toMatchObject({
      clock: 'virtual',
      allowPrivateTargets: true,
    });
    expect(() => readEngineSettings({ ...CLOUD, ...virtual })).toThrow(
      /MINOOTS_CLOCK may be virtual in the emulator alone; MINOOTS_ALLOW_PRIVATE_TARGETS may be true/,
    );
  });

  it('asks other name servers whose a domain is in the emulator alone', () => {
    const names = { MINOOTS_NAME_SERVERS: '127.0.0.1:5353' };
    expect(readEngineSettings({ ...EMULATOR, ...names }).nameServers).toEqual(['127.0.0.1:5353']);
    expect(() => readEngineSettings({ ...CLOUD, ...names })).toThrow(
      'MINOOTS_NAME_SERVERS may be set in the emulator alone',
    );
  });

  it('names each setting that is wrong', () => {
    const wrong = { ...CLOUD, MINOOTS_HISTORY_DAYS: '0', MINOOTS_FIRE_TIMEOUT_SECONDS: '30' };
    expect(() => readEngineSettings(wrong)).toThrow(
      'MINOOTS_FIRE_TIMEOUT_SECONDS must be at least 120; MINOOTS_HISTORY_DAYS must be at least 1',
    );
  });
});

describe('readDeployment', () => {
  it('reads how many queues there are, who the functions run as, and which secrets they get', () => {
    expect(readDeployment({})).toEqual({
      fireQueues: 1,
      serviceAccount: null,
      secrets: false,
      billing: false,
      sso: false,
    });
    const serviceAccount = 'engine@demo-minoots.iam.gserviceaccount.com';
    const settings = {
      MINOOTS_FIRE_QUEUES: '100',
      MINOOTS_SERVICE_ACCOUNT: serviceAccount,
      MINOOTS_SSO: 'true',
    };
    expect(readDeployment({ ...settings, MINOOTS_SECRETS: 'true', MINOOTS_BILLING: '1' })).toEqual({
      fireQueues: 100,
      serviceAccount,
      secrets: true,
      billing: true,
      sso: true,
    });
  });

  it.each(['0', '101', 'two', '1.5'])('refuses %s queues', (queues) => {
    expect(() => readDeployment({ MINOOTS_FIRE_QUEUES: queues })).toThrow('MINOOTS_FIRE_QUEUES must be');
  });

  it('reads how teams pay, and names what is missing of it', () => {
    const stripe = {
      MINOOTS_BILLING: 'true',
      MINOOTS_STRIPE_KEY: 'sk_test_1',
      MINOOTS_STRIPE_WEBHOOK_SECRET: 'whsec_1',
      MINOOTS_STRIPE_PRICE_PRO: 'price_1',
      MINOOTS_STRIPE_PRICE_ENTERPRISE: 'price_2',
    };
    expect(readEngineSettings({ ...CLOUD, ...stripe }).stripe).toEqual({
      secretKey: 'sk_test_1',
      webhookSecret: 'whsec_1',
      prices: { pro: 'price_1', enterprise: 'price_2' },
    });
    for (const name of Object.keys(stripe).filter((each) => each !== 'MINOOTS_BILLING'))
      expect(() => readEngineSettings({ ...CLOUD, ...stripe, [name]: '' })).toThrow(`${name} is missing`);
  });

  it.each(['MINOOTS_CALLER_ACCOUNT', 'MINOOTS_SERVICE_ACCOUNT'])(
    'refuses an email that is none as %s',
    (name) => {
      expect(() => readEngineSettings({ ...CLOUD, [name]: 'engine' })).toThrow(name);
    },
  );

  it('refuses a service account that is no email', () => {
    expect(() => readDeployment({ MINOOTS_SERVICE_ACCOUNT: 'engine' })).toThrow('MINOOTS_SERVICE_ACCOUNT');
  });
});
