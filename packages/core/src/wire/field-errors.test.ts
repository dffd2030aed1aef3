import { describe, expect, it } from '@jest/globals';
import { ActionType, CreateTimerRequest, ListTimersQuery } from '@minoots/contract';
import * as z from 'zod';
import { bodyPointer, fieldErrors, queryPointer } from './field-errors.ts';

function faultsOf(schema: z.ZodType, value: unknown) {
  const result = schema.safeParse(value);
  return result.success ? [] : fieldErrors(result.error, bodyPointer);
}

describe('fieldErrors', () => {
  it('points at each field at fault', () => {
    const pointers = faultsOf(CreateTimerRequest, { name: '', duration: true }).map(({ pointer }) => pointer);
    expect(pointers).toEqual(['/name', '/duration']);
  });

  it('names a field that is not known by its own pointer', () => {
    expect(faultsOf(CreateTimerRequest, { name: 'a', 'dura/tion~': 1 })).toEqual([
      { pointer: '/dura~1tion~0', message: 'is not a known field' },
    ]);
  });

  it('tells what is wrong inside the alternative that was meant', () => {
    const webhook = { url: 'https://example.com', method: 'BREW' };
    expect(faultsOf(CreateTimerRequest, { name: 'a', events: { on_expire: { webhook } } })).toEqual([
      { pointer: '/events/on_expire/webhook/method', message: expect.stringContaining('PATCH') },
    ]);
  });

  it('tells what an object lacks that may also be a fixed value', () => {
    expect(faultsOf(CreateTimerRequest, { name: 'a', on_unmet: {} }).map(({ pointer }) => pointer)).toEqual([
      '/on_unmet/recheck_every',
      '/on_unmet/give_up_after',
    ]);
    expect(faultsOf(CreateTimerRequest, { name: 'a', on_unmet: 'never' })).toEqual([
      { pointer: '/on_unmet', message: 'Invalid input: expected "skip"' },
    ]);
  });

  it('tells which types an alternative takes when none was meant', () => {
    expect(faultsOf(z.object({ a: z.union([z.string(), z.boolean()]) }), { a: 1 })).toEqual([
      { pointer: '/a', message: 'must be of type string or boolean' },
    ]);
  });

  it('lists the kinds of a union that is told apart by a field', () => {
    const events = { on_expire: { actions: [{ type: 'fax' }] } };
    expect(faultsOf(CreateTimerRequest, { name: 'a', events })).toEqual([
      {
        pointer: '/events/on_expire/actions/0/type',
        message: `must be one of ${ActionType.options.join(', ')}`,
      },
    ]);
  });

  it('points at a key that is not allowed', () => {
    expect(faultsOf(CreateTimerRequest, { name: 'a', labels: { 'a b': 'x' } })).toEqual([
      { pointer: '/labels/a b', message: 'is not a label key' },
    ]);
  });

  it('names query parameters with a question mark', () => {
    const result = ListTimersQuery.safeParse({ constructor: 'x' });
    expect(result.error && fieldErrors(result.error, queryPointer)).toEqual([
      { pointer: '?constructor', message: 'is not a filter of this list' },
    ]);
  });
});
