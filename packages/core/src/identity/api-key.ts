import { hash, randomInt } from 'node:crypto';
import { crc32 } from 'node:zlib';

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const SECRET_LENGTH = 32;
const CHECKSUM_LENGTH = 6;
const FORM = /^mnt_(?:live|test)_([0-9A-Za-z]{32})([0-9A-Za-z]{6})$/;
/** `mnt_live_` and 4 characters of the secret: enough to tell the keys of a team apart, and 166 bits stay unknown. */
const PREFIX_LENGTH = 13;

/** Makes an API key: `mnt_live_` or `mnt_test_`, 32 random base62 characters (190 bits), and a checksum that finds typing errors. */
export function generateApiKey(kind: 'live' | 'test' = 'live'): string {
  const secret = Array.from({ length: SECRET_LENGTH }, () => BASE62[randomInt(62)]).join('');
  return `mnt_${kind}_${secret}${checksum(secret)}`;
}

/** Whether a text has the form of an API key, its checksum included. */
export function isApiKey(text: string): boolean {
  const [, secret, check] = FORM.exec(text) ?? [];
  return secret !== undefined && checksum(secret) === check;
}

/** What is kept of a key: SHA-256, 64 hex digits. Keys are long and random, so a slow hash would add nothing. */
export function hashApiKey(key: string): string {
  return hash('sha256', key, 'hex');
}

/** How a key begins, to know it by; empty of a key of another form, which may be short enough to be guessed from there. */
export function prefixOf(key: string): string {
  return isApiKey(key) ? key.slice(0, PREFIX_LENGTH) : '';
}

/** Whether a prefix is that of a `live` or a `test` key. */
export function kindOf(prefix: string): 'live' | 'test' {
  return prefix.startsWith('mnt_test_') ? 'test' : 'live';
}

function checksum(secret: string): string {
  let rest = crc32(secret);
  let text = '';
  for (let place = 0; place < CHECKSUM_LENGTH; place++) {
    text = (BASE62[rest % 62] ?? '') + text;
    rest = Math.floor(rest / 62);
  }
  return text;
}
