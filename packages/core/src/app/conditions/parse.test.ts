import { describe, expect, it } from '@jest/globals';
import type { JsonObject, OnUnmet } from '@minoots/contract';
import { parseConditions } from './parse.ts';

const conditions = { environment: 'production' };

function nested(levels: number): JsonObject {
  let query: JsonObject = { a: 1 };
  for (let level = 1; level < levels; level++) query = { $and: [query] };
  return query;
}

describe('parseConditions', () => {
  it('gives null where there are none', () => {
    expect(parseConditions({})).toEqual({ ok: true, value: null });
  });

  it('skips unless told otherwise', () => {
    const value = { query: conditions, onUnmet: { type: 'skip' } };
    expect(parseConditions({ conditions })).toEqual({ ok: true, value });
    expect(parseConditions({ conditions, on_unmet: 'skip' })).toEqual({ ok: true, value });
  });

  it('reads how often to look again, and for how long', () => {
    const result = parseConditions({ conditions, on_unmet: { recheck_every: '30s', give_up_after: '1h' } });
    const onUnmet = { type: 'recheck', everyMs: 30_000, giveUpAfterMs: 3_600_000 };
    expect(result).toEqual({ ok: true, value: { query: conditions, onUnmet } });
  });

  it.each<[OnUnmet, string]>([
    [{ recheck_every: 999, give_up_after: '1h' }, '/on_unmet/recheck_every'],
    [{ recheck_every: '25h', give_up_after: '30d' }, '/on_unmet/recheck_every'],
    [{ recheck_every: 'often', give_up_after: '1h' }, '/on_unmet/recheck_every'],
    [{ recheck_every: '1m', give_up_after: '59s' }, '/on_unmet/give_up_after'],
    [{ recheck_every: '1d', give_up_after: '31d' }, '/on_unmet/give_up_after'],
    [{ recheck_every: '1s', give_up_after: '10001s' }, '/on_unmet/give_up_after'],
  ])('refuses %j', (onUnmet, pointer) => {
    const result = parseConditions({ conditions, on_unmet: onUnmet });
    expect(result).toMatchObject({ ok: false, code: 'invalid_request', pointer });
  });

  it('refuses on_unmet without conditions', () => {
    expect(parseConditions({ on_unmet: 'skip' })).toMatchObject({ ok: false, pointer: '/on_unmet' });
  });

  it.each<[string, JsonObject, string, RegExp]>([
    ['nothing', {}, '', /at least one/],
    ['an unknown operator', { a: { $near: 1 } }, '/a/$near', /\$near is not an operator; there are \$eq,/],
    ['an unknown joining operator', { $xor: [{ a: 1 }] }, '/$xor', /\$xor is not an operator/],
    ['code', { $where: 'true' }, '/$where', /\$where is not an operator/],
    ['$not without a field', { $not: { a: 1 } }, '/$not', /\$nor/],
    ['an operator without a field', { $gt: 1 }, '/$gt', /behind a field/],
    ['a field beside operators', { a: { $gt: 1, b: 2 } }, '/a/b', /beside operators/],
    ['operators inside a value', { a: { b: { $gt: 1 } } }, '/a/b/$gt', /path of the field/],
    ['operators inside a list', { a: [{ $gt: 1 }] }, '/a/0/$gt', /path of the field/],
    ['operators inside $in', { a: { $in: [1, { $gt: 1 }] } }, '/a/$in/1/$gt', /path of the field/],
    ['operators inside $eq', { a: { $eq: { $gt: 1 } } }, '/a/$eq/$gt', /path of the field/],
    ['a list that is none', { a: { $in: 1 } }, '/a/$in', /must be a list/],
    ['too many values', { a: { $in: Array.from({ length: 101 }, () => 1) } }, '/a/$in', /at most 100/],
    ['an order of lists', { a: { $gt: [1] } }, '/a/$gt', /number or text/],
    ['an order of null', { a: { $lte: null } }, '/a/$lte', /number or text/],
    ['$exists of 1', { a: { $exists: 1 } }, '/a/$exists', /true or false/],
    ['a type that is none', { a: { $type: 'toString' } }, '/a/$type', /must be one of number,/],
    ['a size below 0', { a: { $size: -1 } }, '/a/$size', /whole number/],
    ['a division by 0', { a: { $mod: [0, 1] } }, '/a/$mod', /divisor/],
    ['a division that is none', { a: { $mod: 3 } }, '/a/$mod', /divisor/],
    ['$all of objects', { a: { $all: [{ b: 1 }] } }, '/a/$all/0', /plain value/],
    ['$all of nothing', { a: { $all: [] } }, '/a/$all', /list of 1 to 20/],
    ['$not of a value', { a: { $not: 1 } }, '/a/$not', /object of operators/],
    ['$elemMatch of a value', { a: { $elemMatch: 1 } }, '/a/$elemMatch', /object of conditions/],
    [
      '$elemMatch of odd names',
      { a: { $elemMatch: { constructor: 1 } } },
      '/a/$elemMatch/constructor',
      /asked/,
    ],
    ['no alternative', { $or: [] }, '/$or', /list of 1 to 20/],
    ['alternatives in an object', { $or: { a: 1 } }, '/$or', /list of 1 to 20/],
    ['an alternative that is text', { $or: ['a'] }, '/$or/0', /object of conditions/],
    ['an empty alternative', { $or: [{ a: 1 }, {}] }, '/$or/1', /at least one/],
    ['a pattern that is none', { a: { $regex: '(' } }, '/a/$regex', /RE2.*missing closing/],
    ['a pattern that looks around', { a: { $regex: '(?=a)' } }, '/a/$regex', /RE2/],
    ['a pattern that is a number', { a: { $regex: 1 } }, '/a/$regex', /must be text/],
    ['a pattern that is too long', { a: { $regex: 'a'.repeat(201) } }, '/a/$regex', /at most 200/],
    ['a pattern that grows', { a: { $regex: '(a{9}){99}' } }, '/a/$regex', /too large/],
    ['unknown options', { a: { $regex: 'a', $options: 'g' } }, '/a/$regex', /"i", "m" and "s"/],
    ['options that are none', { a: { $options: 1, $regex: 'a' } }, '/a/$regex', /\$options must be text/],
    ['options of nothing', { a: { $options: 'i' } }, '/a/$options', /goes with \$regex/],
    [
      'too many patterns',
      { $or: Array.from({ length: 6 }, () => ({ a: { $regex: 'a' } })) },
      '/$or/5/a/$regex',
      /more than 5/,
    ],
    ['an empty name', { '': 1 }, '/', /printable/],
    ['a name with an empty part', { 'a..b': 1 }, '/a..b', /empty part/],
    ['a control character', { 'a\u0000': 1 }, '/a\u0000', /printable/],
    ['a long name', { [`/${'a'.repeat(200)}`]: 1 }, `/~1${'a'.repeat(200)}`, /printable/],
    ['a name of every object', { 'a.constructor': 1 }, '/a.constructor', /cannot be asked for/],
    ['deep nesting', nested(9), '/$and/0'.repeat(8), /deeper than 8/],
    [
      'deep nesting of $not',
      { a: JSON.parse(`${'{"$not":'.repeat(8)}{"$eq":1}${'}'.repeat(8)}`) },
      `/a${'/$not'.repeat(7)}`,
      /deeper than 8/,
    ],
  ])('refuses %s', (_, query, pointer, message) => {
    const result = parseConditions({ conditions: query });
    expect(result).toMatchObject({ ok: false, code: 'invalid_request', pointer: `/conditions${pointer}` });
    expect(result).toHaveProperty('detail', expect.stringMatching(message));
  });

  it('takes eight levels', () => {
    expect(parseConditions({ conditions: nested(8) }).ok).toBe(true);
  });
});
