import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { completeSettings, readSettings } from './settings.ts';

describe('readSettings', () => {
  it('means the server of this machine unless told, and takes empty variables for absent ones', () => {
    const expected = { url: undefined, apiKey: undefined, home: join(homedir(), '.minoots') };
    expect(readSettings({})).toEqual(expected);
    expect(readSettings({ MINOOTS_URL: '', MINOOTS_API_KEY: '', MINOOTS_HOME: '' })).toEqual(expected);
  });

  it('takes a URL without its last slash', () => {
    expect(readSettings({ MINOOTS_URL: 'https://example.com/minoots/' }).url).toBe(
      'https://example.com/minoots',
    );
  });

  it('names the variable that is wrong', () => {
    expect(() => readSettings({ MINOOTS_URL: 'ftp://example.com' })).toThrow(
      'not_configured: MINOOTS_URL must be an http or https URL',
    );
  });
});

describe('completeSettings', () => {
  const environment = { MINOOTS_URL: 'https://example.com', MINOOTS_API_KEY: 'key', MINOOTS_HOME: '/data' };

  it('takes from the environment what a program does not give', () => {
    const { url, apiKey, home } = completeSettings({ url: 'https://other.example/' }, environment);
    expect([url, apiKey, home]).toEqual(['https://other.example', 'key', resolve('/data')]);
  });

  it('means the local server when a program names a data folder', () => {
    expect(completeSettings({ home: '/other' }, environment)).toMatchObject({
      url: undefined,
      home: resolve('/other'),
    });
  });
});
