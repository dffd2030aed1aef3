import { describe, expect, it } from '@jest/globals';
import type { JsonObject, JsonValue } from '@minoots/contract';
import { checkConditions } from './check.ts';
import { judge } from './judge.ts';
import { MAX_TEXT_LENGTH } from './pattern.ts';

const FACTS: Record<string, JsonValue> = {
  environment: 'staging',
  tests_passed: false,
  coverage: 71.5,
  nothing: null,
  empty: [],
  tags: ['nightly', 'eu'],
  build: {
    status: 'ok',
    steps: [
      { name: 'lint', ms: 40 },
      { name: 'test', ms: 900 },
    ],
  },
  'ci/main': { green: true },
  'ci.main': 'dotted',
  'ci.main.age': 3,
  ci: { main: 'nested', other: 'nested too' },
};

function isMet(query: JsonObject, facts = FACTS): boolean {
  expect(checkConditions(query, '/conditions')).toBeNull();
  return judge(query, facts).met;
}

describe('judge', () => {
  it.each<[JsonObject, JsonObject]>([
    [{ environment: 'staging' }, { environment: 'production' }],
    [{ tests_passed: false }, { tests_passed: 'false' }],
    [{ nothing: null }, { coverage: null }],
    [{ unheard_of: null }, { unheard_of: false }],
    [{ empty: [] }, { empty: [1] }],
    [{ tags: 'eu' }, { tags: 'us' }],
    [{ tags: ['nightly', 'eu'] }, { tags: ['eu', 'nightly'] }],
    [{ ci: { other: 'nested too', main: 'nested' } }, { ci: { main: 'nested' } }],
    [{ 'build.status': 'ok' }, { 'build.status.deeper': 'ok' }],
    [{ 'build.steps.name': 'lint' }, { 'build.steps.name': 'deploy' }],
    [{ 'build.steps.1.name': 'test' }, { 'build.steps.0.name': 'test' }],
    [{ 'ci/main.green': true }, { 'ci/main.green': false }],
    [{ environment: { $eq: 'staging' } }, { environment: { $ne: 'staging' } }],
    [{ unheard_of: { $ne: 1 } }, { nothing: { $ne: null } }],
    [{ coverage: { $gt: 71, $lt: 72 } }, { coverage: { $gt: 71, $lt: 71.5 } }],
    [{ coverage: { $gte: 71.5, $lte: 71.5 } }, { coverage: { $gte: '71' } }],
    [{ environment: { $gt: 'production' } }, { environment: { $gt: 1 } }],
    [{ environment: { $in: ['staging', 'test'] } }, { environment: { $in: [] } }],
    [{ tags: { $in: ['eu'] } }, { tags: { $nin: ['eu'] } }],
    [{ unheard_of: { $nin: ['x'] } }, { unheard_of: { $in: ['x'] } }],
    [{ nothing: { $exists: true } }, { nothing: { $exists: false } }],
    [{ 'build.steps.gone': { $exists: false } }, { 'build.steps.gone': { $exists: true } }],
    [{ coverage: { $type: 'number' } }, { coverage: { $type: 'string' } }],
    [{ tags: { $size: 2 } }, { tags: { $size: 1 } }],
    [{ tags: { $all: ['eu', 'nightly'] } }, { tags: { $all: ['eu', 'us'] } }],
    [{ 'ci.main.age': { $mod: [2, 1] } }, { 'ci.main.age': { $mod: [2, 0] } }],
    [{ environment: { $not: { $eq: 'production' } } }, { environment: { $not: { $eq: 'staging' } } }],
    [{ environment: { $regex: '^sta' } }, { environment: { $regex: '^ging' } }],
    [{ environment: { $regex: '^STA', $options: 'i' } }, { environment: { $regex: '^STA' } }],
    [{ environment: { $not: { $regex: '^PROD', $options: 'i' } } }, { coverage: { $regex: '7' } }],
    [
      { 'build.steps': { $elemMatch: { name: 'test', ms: { $gt: 500 } } } },
      { 'build.steps': { $elemMatch: { name: 'lint', ms: { $gt: 500 } } } },
    ],
    [{ tags: { $elemMatch: { $regex: '^e' } } }, { tags: { $elemMatch: { $eq: 'us' } } }],
    [
      { 'build.steps': { $elemMatch: { $or: [{ name: 'x' }, { ms: 40 }] } } },
      { 'build.steps': { $elemMatch: { $nor: [{ name: 'lint' }, { ms: 900 }] } } },
    ],
    [{ $or: [{ tests_passed: true }, { coverage: 71.5 }] }, { $or: [{ tests_passed: true }] }],
    [{ $nor: [{ tests_passed: true }] }, { $nor: [{ tests_passed: true }, { coverage: 71.5 }] }],
    [
      { $and: [{ tests_passed: false }, { $or: [{ coverage: 1 }, { nothing: null }] }] },
      { $and: [{ tests_passed: false }, { coverage: 1 }], environment: 'staging' },
    ],
  ])('finds %j met and %j not', (met, unmet) => {
    expect([isMet(met), isMet(unmet)]).toEqual([true, false]);
  });

  it('takes the longest name of a fact that there is, dots or not', () => {
    expect(isMet({ 'ci.main': 'dotted', 'ci.main.age': 3, 'ci.other': 'nested too' })).toBe(true);
  });

  it('says what it found where it is met', () => {
    expect(judge({ environment: 'staging', tests_passed: false }, FACTS)).toEqual({
      met: true,
      reason: 'environment is "staging"; tests_passed is false',
    });
  });

  it.each<[JsonObject, string]>([
    [{ environment: 'staging', tests_passed: true }, 'tests_passed is false, wanted true'],
    [
      { environment: 'production', unheard_of: true },
      'environment is "staging", wanted "production"; unheard_of is not set, wanted true',
    ],
    [{ tests_passed: 'false' }, 'tests_passed is false, wanted "false"'],
    [{ coverage: { $gte: 80, $lt: 100 } }, 'coverage is 71.5, wanted $gte 80 and $lt 100'],
    [{ 'build.steps.name': 'deploy' }, 'build.steps.name is ["lint","test"], wanted "deploy"'],
    [{ tags: { $not: { $size: 2 } } }, 'tags is ["nightly","eu"], wanted $not { $size 2 }'],
    [
      { $or: [{ tests_passed: true }, { coverage: 80, environment: 'staging' }] },
      'no alternative holds (tests_passed is false, wanted true; coverage is 71.5, wanted 80)',
    ],
    [{ $nor: [{ environment: 'x' }, { coverage: 71.5 }] }, 'what must not hold does (coverage is 71.5)'],
  ])('names what is not met by %j', (query, reason) => {
    expect(judge(query, FACTS)).toEqual({ met: false, reason });
  });

  it('shows no value that is not small', () => {
    const secret = 'hush'.repeat(100);
    const facts = {
      text: secret,
      list: [secret, secret],
      object: { secret },
      deep: [{ secret }, { secret }],
    };
    const query = { text: 'a', list: 'a', object: 'a', 'object.secret': 'a', 'deep.secret': 'a' };
    const { reason } = judge(query, facts);
    expect(reason).not.toContain('hush');
    expect(reason).toBe(
      'text is a text of 400 characters, wanted "a"; list is a list of 2, wanted "a"; object is an object, wanted "a"; ' +
        'object.secret is a text of 400 characters, wanted "a"; deep.secret is a list of 2, wanted "a"',
    );
  });

  it('names a few of many and counts the others', () => {
    const query = Object.fromEntries(Array.from({ length: 40 }, (_, n) => [`k${n}`, 'x'.repeat(50)]));
    const { reason } = judge(query, {});
    expect(reason).toMatch(/^k0 is not set.*k4 is not set.*; and 35 more$/);
    const long = Object.fromEntries(Array.from({ length: 5 }, (_, n) => ['n'.repeat(199) + n, 1]));
    expect(judge(long, {}).reason).toHaveLength(500);
  });

  it('finds nothing in what every object of JavaScript has', () => {
    for (const name of ['constructor', '__proto__', 'toString', 'hasOwnProperty']) {
      expect(judge({ [name]: { $exists: true } }, FACTS).met).toBe(false);
      expect(judge({ [`${name}.name`]: 'Object' }, FACTS).met).toBe(false);
    }
  });

  it.each<JsonObject>([
    { $where: 'globalThis.ran = true' },
    { environment: { $where: 'globalThis.ran = true' } },
    { environment: { $not: { $where: 'globalThis.ran = true' } } },
    { tags: { $elemMatch: { $where: 'globalThis.ran = true' } } },
    { tags: { $all: [{ $where: 'globalThis.ran = true' }] } },
    { $or: [{ $and: [{ $nor: [{ $where: 'globalThis.ran = true' }] }] }] },
    { build: { $elemMatch: { $or: [{ $where: 'globalThis.ran = true' }] } } },
    { environment: { $in: [{ $where: 'globalThis.ran = true' }] } },
    { $expr: { $function: { body: 'globalThis.ran = true', args: [], lang: 'js' } } },
    { environment: { $function: 'globalThis.ran = true' } },
  ])('runs no code of %j: it is refused, and not met where it came by another way', (query) => {
    expect(checkConditions(query, '')).toMatchObject({ ok: false, code: 'invalid_request' });
    expect(judge(query, FACTS)).toMatchObject({
      met: false,
      reason: expect.stringMatching(/cannot be judged/),
    });
    expect(Object.hasOwn(globalThis, 'ran')).toBe(false);
  });

  it('says so where it cannot judge, rather than fail again and again', () => {
    expect(judge({ environment: { $where: '1' } }, FACTS).reason).toBe(
      'they cannot be judged: Unsupported operation: $where',
    );
  });

  it('takes no longer over a pattern that would run away elsewhere', () => {
    const facts = { text: `${'a'.repeat(MAX_TEXT_LENGTH - 1)}!` };
    const startedAt = performance.now();
    expect(isMet({ text: { $regex: '^(a+)+$' } }, facts)).toBe(false);
    expect(isMet({ text: { $regex: '^(a|aa)+$' } }, facts)).toBe(false);
    expect(isMet({ text: { $regex: '(x+x+)+y|(a?){20}a{20}!$' } }, facts)).toBe(true);
    expect(performance.now() - startedAt).toBeLessThan(60_000);
  });

  it('takes a bounded time over the worst that is accepted', () => {
    const facts = { texts: Array.from({ length: 16 }, () => 'a'.repeat(MAX_TEXT_LENGTH)) };
    const pattern = { texts: { $regex: '(?:a?){60}[^a]$' } };
    const query = { $and: Array.from({ length: 5 }, () => pattern) };
    const startedAt = performance.now();
    expect(isMet(query, facts)).toBe(false);
    expect(performance.now() - startedAt).toBeLessThan(60_000);
  });

  it('finds no pattern in a text that is too long', () => {
    expect(isMet({ text: { $regex: 'a' } }, { text: 'a'.repeat(MAX_TEXT_LENGTH) })).toBe(true);
    expect(isMet({ text: { $regex: 'a' } }, { text: 'a'.repeat(MAX_TEXT_LENGTH + 1) })).toBe(false);
  });
});
