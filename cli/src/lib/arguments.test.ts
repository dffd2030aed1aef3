import { describe, expect, it } from '@jest/globals';
import {
  readConditions,
  readDuration,
  readLabel,
  readMetadata,
  readOnUnmet,
  readRetry,
  readSpanMs,
  readStatuses,
  readValue,
  readWhen,
} from './arguments.ts';

describe('readDuration', () => {
  it('takes digits as milliseconds and leaves the rest to the API', () => {
    expect(readDuration('3600000')).toBe(3_600_000);
    expect(readDuration('1h30m')).toBe('1h30m');
  });
});

describe('readSpanMs', () => {
  it.each([
    ['250', 250],
    ['30s', 30_000],
    ['1h30m', 5_400_000],
    ['1.5d', 129_600_000],
  ])('reads %s', (text, ms) => {
    expect(readSpanMs(text)).toBe(ms);
  });

  it.each(['soon', '', '5 lightyears', '-3s'])('refuses %j', (text) => {
    expect(() => readSpanMs(text)).toThrow(/Use milliseconds or text such as/);
  });
});

describe('readLabel', () => {
  it('collects labels and keeps "=" in a value', () => {
    expect(readLabel('b=x=y', { a: '1' })).toEqual({ a: '1', b: 'x=y' });
    expect(() => readLabel('nothing')).toThrow('Use key=value.');
  });
});

describe('readMetadata', () => {
  it('takes objects only', () => {
    expect(readMetadata('{"a":[1]}')).toEqual({ a: [1] });
    expect(() => readMetadata('[1]')).toThrow('Use a JSON object.');
    expect(() => readMetadata('{')).toThrow('Use a JSON object.');
  });
});

describe('readRetry', () => {
  it('takes a name or a policy', () => {
    expect(readRetry('quick')).toBe('quick');
    expect(readRetry('{"max_attempts":3}')).toEqual({ max_attempts: 3 });
    expect(() => readRetry('never')).toThrow(/Use standard, quick/);
  });
});

describe('readStatuses', () => {
  it('takes statuses with commas', () => {
    expect(readStatuses('expired,failed')).toEqual(['expired', 'failed']);
    expect(() => readStatuses('expired,lost')).toThrow(/Use some of waiting, running/);
  });
});

describe('readWhen', () => {
  it('takes exactly one way to say when', () => {
    expect(readWhen({ in: '5m' })).toEqual({ duration: '5m' });
    expect(readWhen({ at: '2030-01-31T09:00:00Z' })).toEqual({ fire_at: '2030-01-31T09:00:00Z' });
    expect(readWhen({ local: '2030-01-31T09:00', timezone: 'Europe/Paris' })).toEqual({
      fire_at_local: '2030-01-31T09:00',
      timezone: 'Europe/Paris',
    });
    expect(() => readWhen({})).toThrow(/say when/);
    expect(() => readWhen({ in: '5m', at: '2030-01-31T09:00:00Z' })).toThrow(/in one way/);
    expect(() => readWhen({ in: '5m', timezone: 'Europe/Paris' })).toThrow('--timezone goes with --local');
  });
});

describe('readValue', () => {
  it.each([
    ['true', true],
    ['null', null],
    ['71.5', 71.5],
    ['"2"', '2'],
    ['["a"]', ['a']],
    ['{"a":{"b":1}}', { a: { b: 1 } }],
    ['production', 'production'],
    ['True', 'True'],
    ['1.2.3', '1.2.3'],
    ['{a:1}', '{a:1}'],
    ['', ''],
  ])('reads %j', (text, json) => {
    expect(readValue(text)).toEqual({ json });
  });
});

describe('readConditions', () => {
  it('takes a JSON object', () => {
    expect(readConditions('{"a":{"$gte":1}}')).toEqual({ a: { $gte: 1 } });
    expect(() => readConditions('tests_passed')).toThrow('Use a JSON object');
  });
});

describe('readOnUnmet', () => {
  it('takes both spans or none', () => {
    expect(readOnUnmet(undefined, undefined)).toBeUndefined();
    expect(readOnUnmet('30s', '3600000')).toEqual({ recheck_every: '30s', give_up_after: 3_600_000 });
    expect(() => readOnUnmet('30s', undefined)).toThrow('go together');
    expect(() => readOnUnmet(undefined, '1h')).toThrow('go together');
  });
});
