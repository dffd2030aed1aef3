import { homedir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { readSettings, SettingsError } from './settings.ts';

describe('readSettings', () => {
  it('needs nothing to be set', () => {
    expect(readSettings({})).toMatchObject({
      port: 3000,
      host: '127.0.0.1',
      home: join(homedir(), '.minoots'),
      clock: 'real',
      runner: {
        folder: join(homedir(), '.minoots', 'work'),
        env: { MINOOTS_HOME: join(homedir(), '.minoots') },
      },
      historyDays: 1_095,
    });
  });

  it('has a runner where only this machine and its owner reach it, unless it is told', () => {
    const folderOf = (environment: NodeJS.ProcessEnv) => readSettings(environment).runner?.folder ?? null;
    expect(folderOf({ MINOOTS_HOME: '/data' })).toBe('/data/work');
    expect(folderOf({ HOST: '0.0.0.0' })).toBeNull();
    const oidc = { MINOOTS_OIDC_ISSUER: 'https://id.example.com', MINOOTS_OIDC_AUDIENCE: 'minoots' };
    expect(folderOf(oidc)).toBeNull();
    expect(folderOf({ ...oidc, MINOOTS_RUNNER: 'on', MINOOTS_HOME: '/data' })).toBe('/data/work');
    expect(folderOf({ MINOOTS_RUNNER: 'off' })).toBeNull();
    expect(folderOf({ HOST: '0.0.0.0', MINOOTS_RUNNER: 'on', MINOOTS_RUNNER_FOLDER: '/work' })).toBe('/work');
  });

  it('gives commands its environment without its own settings', () => {
    const environment = {
      PORT: '1',
      HOST: '::1',
      MINOOTS_API_KEY: 'k'.repeat(20),
      MINOOTS_HOME: '/data',
      PATH: '/bin',
    };
    expect(readSettings(environment).runner?.env).toEqual({ PATH: '/bin', MINOOTS_HOME: '/data' });
  });

  it('takes an empty variable for an absent one', () => {
    expect(readSettings({ PORT: '', HOST: '', MINOOTS_API_KEY: '' })).toEqual(readSettings({}));
  });

  it('reads what is set', () => {
    const key = 'k'.repeat(20);
    const settings = readSettings({
      PORT: '0',
      HOST: '::1',
      MINOOTS_HOME: '/data',
      MINOOTS_API_KEY: key,
      MINOOTS_CLOCK: 'virtual',
      MINOOTS_ALLOW_PRIVATE_TARGETS: 'false',
      MINOOTS_OIDC_ISSUER: 'https://id.example.com',
      MINOOTS_OIDC_AUDIENCE: 'minoots',
      MINOOTS_RUNNER: 'off',
      MINOOTS_HISTORY_DAYS: '0',
      MINOOTS_GUESSES_PER_MINUTE: '7',
      MINOOTS_NEWCOMERS_PER_HOUR: '8',
      MINOOTS_LOG_LEVEL: 'silent',
    });
    expect(settings).toEqual({
      port: 0,
      host: '::1',
      home: '/data',
      apiKey: key,
      clock: 'virtual',
      allowPrivateTargets: false,
      oidc: { issuer: 'https://id.example.com', audience: 'minoots' },
      historyDays: 0,
      guessesPerMinute: 7,
      newcomersPerHour: 8,
      logLevel: 'silent',
    });
  });

  it.each([
    ['PORT', 'abc'],
    ['PORT', '80.5'],
    ['PORT', '-1'],
    ['PORT', '65536'],
    ['MINOOTS_API_KEY', 'x'.repeat(19)],
    ['MINOOTS_CLOCK', 'sundial'],
    ['MINOOTS_ALLOW_PRIVATE_TARGETS', 'maybe'],
    ['MINOOTS_OIDC_ISSUER', 'id.example.com'],
    ['MINOOTS_OIDC_ISSUER', 'http://id.example.com'],
    ['MINOOTS_OIDC_AUDIENCE', 'without an issuer'],
    ['MINOOTS_RUNNER', 'maybe'],
    ['MINOOTS_HISTORY_DAYS', '-1'],
    ['MINOOTS_HISTORY_DAYS', '3651'],
    ['MINOOTS_HISTORY_DAYS', 'some'],
    ['MINOOTS_GUESSES_PER_MINUTE', '0'],
    ['MINOOTS_NEWCOMERS_PER_HOUR', 'many'],
    ['MINOOTS_LOG_LEVEL', 'loud'],
  ])('refuses %s=%s, naming the variable', (name, value) => {
    const read = () => readSettings({ [name]: value });
    expect(read).toThrow(SettingsError);
    expect(read).toThrow(new RegExp(`^${name} `));
  });

  it.each(['http://localhost:9000', 'http://127.0.0.1:9000/realm', 'http://[::1]:9000'])(
    'takes the provider %s of this machine',
    (issuer) => {
      const settings = readSettings({ MINOOTS_OIDC_ISSUER: issuer, MINOOTS_OIDC_AUDIENCE: 'minoots' });
      expect(settings.oidc).toEqual({ issuer, audience: 'minoots' });
      expect(() => readSettings({ MINOOTS_OIDC_ISSUER: issuer })).toThrow(/^MINOOTS_OIDC_AUDIENCE /);
    },
  );
});
