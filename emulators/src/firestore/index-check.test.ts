import { describe, expect, it } from '@jest/globals';
import type * as z from 'zod';
import { checkIndexes } from './index-check.ts';
import { firestoreIndexes } from './index-file.ts';
import type { QueryShape } from './query-shape.ts';

type File = z.input<typeof firestoreIndexes>;
type Composite = NonNullable<File['indexes']>[number];
type Override = NonNullable<File['fieldOverrides']>[number];

/** A query over `timers`, with an order written as `field` or `-field`. */
function query({
  orderBy = [],
  ...rest
}: Partial<Omit<QueryShape, 'orderBy'>> & { orderBy?: string[] }): QueryShape {
  return {
    collection: 'timers',
    queryScope: 'COLLECTION',
    equality: [],
    in: [],
    arrayContains: [],
    inequality: [],
    orderBy: orderBy.map((each) =>
      each.startsWith('-')
        ? { field: each.slice(1), direction: 'DESCENDING' }
        : { field: each, direction: 'ASCENDING' },
    ),
    ...rest,
  };
}

/** A composite index over `timers`, its fields written as `field`, `-field` or `field[]`. */
function composite(fields: string[], queryScope: Composite['queryScope'] = 'COLLECTION'): Composite {
  return {
    collectionGroup: 'timers',
    queryScope,
    fields: fields.map((each) => {
      if (each.endsWith('[]')) return { fieldPath: each.slice(0, -2), arrayConfig: 'CONTAINS' };
      if (each.startsWith('-')) return { fieldPath: each.slice(1), order: 'DESCENDING' };
      return { fieldPath: each, order: 'ASCENDING' };
    }),
  };
}

function override(fieldPath: string, indexes: Override['indexes'] = []): Override {
  return { collectionGroup: 'timers', fieldPath, indexes };
}

function isServed(shape: QueryShape, file: File): boolean {
  return checkIndexes([shape], firestoreIndexes.parse(file)).unserved.length === 0;
}

describe('without any declared index', () => {
  it.each<[string, QueryShape]>([
    ['everything', query({})],
    ['everything of a collection group', query({ queryScope: 'COLLECTION_GROUP' })],
    ['names', query({ in: ['__name__'] })],
    ['a range of names', query({ inequality: ['__name__'] })],
    ['an equality', query({ equality: ['team'] })],
    ['several equalities, merged', query({ equality: ['status', 'team'], in: ['agent'] })],
    ['an array-contains with an equality, merged', query({ equality: ['team'], arrayContains: ['labels'] })],
    ['a range', query({ inequality: ['at'] })],
    ['a range in descending order', query({ inequality: ['at'], orderBy: ['-at'] })],
    ['an order with names in its direction', query({ orderBy: ['-at', '-__name__'] })],
    ['an order by a field that is fixed', query({ equality: ['team'], orderBy: ['team'] })],
    [
      'equalities in descending order of names',
      query({ equality: ['status', 'team'], orderBy: ['-__name__'] }),
    ],
  ])('serves %s', (_, shape) => {
    expect(isServed(shape, {})).toBe(true);
  });

  it.each<[string, QueryShape]>([
    ['an equality with a range', query({ equality: ['team'], inequality: ['at'] })],
    ['an equality with an order', query({ equality: ['team'], orderBy: ['at'] })],
    ['an in with an order', query({ in: ['status'], orderBy: ['at'] })],
    ['an array-contains with an order', query({ arrayContains: ['labels'], orderBy: ['at'] })],
    ['two orders', query({ orderBy: ['team', 'at'] })],
    ['ranges of two fields', query({ inequality: ['at', 'size'] })],
    ['an order with names against its direction', query({ orderBy: ['-at', '__name__'] })],
    ['everything in descending order of names', query({ orderBy: ['-__name__'] })],
    ['an equality over a collection group', query({ equality: ['team'], queryScope: 'COLLECTION_GROUP' })],
  ])('does not serve %s', (_, shape) => {
    expect(isServed(shape, {})).toBe(false);
  });
});

describe('a composite index', () => {
  const newest = query({ equality: ['team'], orderBy: ['-at', '-__name__'] });

  it('serves the equality before and the order after', () => {
    expect(isServed(newest, { indexes: [composite(['team', '-at'])] })).toBe(true);
  });

  it('may sort an equality field either way', () => {
    expect(isServed(newest, { indexes: [composite(['-team', '-at'])] })).toBe(true);
  });

  it('is not read backwards', () => {
    expect(isServed(newest, { indexes: [composite(['team', 'at'])] })).toBe(false);
    expect(isServed(query({ orderBy: ['team', '-at'] }), { indexes: [composite(['-team', 'at'])] })).toBe(
      false,
    );
  });

  it('serves equality fields in any order, an in and an array-contains among them', () => {
    const shape = query({ equality: ['team'], in: ['status'], arrayContains: ['labels'], orderBy: ['-at'] });
    expect(isServed(shape, { indexes: [composite(['labels[]', 'status', 'team', '-at'])] })).toBe(true);
    expect(isServed(shape, { indexes: [composite(['team', 'labels[]', '-status', '-at'])] })).toBe(true);
    expect(isServed(shape, { indexes: [composite(['team', 'labels', 'status', '-at'])] })).toBe(false);
  });

  it('does not serve where its order comes before the equality, or has a field too many', () => {
    expect(isServed(newest, { indexes: [composite(['-at', 'team'])] })).toBe(false);
    expect(isServed(newest, { indexes: [composite(['team', '-at', '-size'])] })).toBe(false);
    expect(isServed(newest, { indexes: [composite(['team', 'agent', '-at'])] })).toBe(false);
    expect(isServed(newest, { indexes: [composite(['-at'])] })).toBe(false);
  });

  it('serves a range, whose field sorts ascending unless it is said otherwise', () => {
    const due = query({ equality: ['shard'], inequality: ['alarmAt'] });
    expect(isServed(due, { indexes: [composite(['shard', 'alarmAt'])] })).toBe(true);
    expect(isServed(due, { indexes: [composite(['shard', '-alarmAt'])] })).toBe(false);
  });

  it('serves ranges of several fields, those not ordered by coming after the others by name', () => {
    const shape = query({ equality: ['team'], inequality: ['a', 'b', 'size'], orderBy: ['-size'] });
    expect(isServed(shape, { indexes: [composite(['team', '-size', '-a', '-b'])] })).toBe(true);
    expect(isServed(shape, { indexes: [composite(['team', '-size', '-b', '-a'])] })).toBe(false);
  });

  it('has the names in the direction of its last field, unless it names them', () => {
    const against = query({ equality: ['team'], orderBy: ['-at', '__name__'] });
    expect(isServed(against, { indexes: [composite(['team', '-at'])] })).toBe(false);
    expect(isServed(against, { indexes: [composite(['team', '-at', '__name__'])] })).toBe(true);
    expect(isServed(newest, { indexes: [composite(['team', '-at', '-__name__'])] })).toBe(true);
  });

  it('serves its own scope and collection only', () => {
    const group = { ...newest, queryScope: 'COLLECTION_GROUP' as const };
    const [own, forGroup] = [composite(['team', '-at']), composite(['team', '-at'], 'COLLECTION_GROUP')];
    expect(isServed(group, { indexes: [own] })).toBe(false);
    expect(isServed(newest, { indexes: [forGroup] })).toBe(false);
    expect(isServed(group, { indexes: [forGroup] })).toBe(true);
    expect(isServed({ ...newest, collection: 'events' }, { indexes: [own] })).toBe(false);
  });

  it('is merged with others that end alike', () => {
    const shape = query({ equality: ['agent', 'name', 'team'], orderBy: ['-at'] });
    const ends = [composite(['team', '-at']), composite(['agent', 'name', '-at'])];
    expect(isServed(shape, { indexes: ends })).toBe(true);
    expect(
      isServed(shape, { indexes: [composite(['team', '-at']), composite(['agent', 'name', 'at'])] }),
    ).toBe(false);
    expect(isServed(shape, { indexes: [composite(['team', '-at']), composite(['agent', '-at'])] })).toBe(
      false,
    );
  });

  it('for vectors serves no ordinary query', () => {
    const vectors: Composite = {
      collectionGroup: 'timers',
      fields: [
        { fieldPath: 'team', order: 'ASCENDING' },
        { fieldPath: 'at', vectorConfig: { dimension: 3, flat: {} } },
      ],
    };
    expect(isServed(newest, { indexes: [vectors] })).toBe(false);
  });
});

describe('an override of a field', () => {
  const byTeam = query({ equality: ['team'] });

  it('takes the automatic indexes away', () => {
    expect(isServed(byTeam, { fieldOverrides: [override('team')] })).toBe(false);
    expect(isServed(query({ orderBy: ['team'] }), { fieldOverrides: [override('team')] })).toBe(false);
    expect(isServed(byTeam, { fieldOverrides: [override('at')] })).toBe(true);
    expect(isServed({ ...byTeam, collection: 'events' }, { fieldOverrides: [override('team')] })).toBe(true);
  });

  it('takes an equality out of what can be merged, unless a composite index has it', () => {
    const shape = query({ equality: ['status', 'team'] });
    const fieldOverrides = [override('team')];
    expect(isServed(shape, { fieldOverrides })).toBe(false);
    expect(isServed(shape, { fieldOverrides, indexes: [composite(['team', 'status'])] })).toBe(true);
  });

  it('counts for all that lies in a map, and a nearer one before it', () => {
    const within = query({ equality: ['timer.kind'] });
    expect(isServed(within, { fieldOverrides: [override('timer')] })).toBe(false);
    const nearer = override('timer.kind', [{ order: 'ASCENDING' }]);
    expect(isServed(within, { fieldOverrides: [override('timer'), nearer] })).toBe(true);
  });

  it('counts for every field when it is for *', () => {
    expect(isServed(byTeam, { fieldOverrides: [override('*')] })).toBe(false);
    expect(
      isServed(byTeam, { fieldOverrides: [override('*'), override('team', [{ order: 'DESCENDING' }])] }),
    ).toBe(true);
  });

  it('gives just the indexes that it lists', () => {
    const ascending = override('at', [{ order: 'ASCENDING' }]);
    expect(isServed(query({ orderBy: ['at'] }), { fieldOverrides: [ascending] })).toBe(true);
    expect(isServed(query({ orderBy: ['-at'] }), { fieldOverrides: [ascending] })).toBe(false);
    expect(isServed(query({ arrayContains: ['at'] }), { fieldOverrides: [ascending] })).toBe(false);
  });

  it('gives a collection group its single-field index', () => {
    const group = override('team', [{ order: 'ASCENDING', queryScope: 'COLLECTION_GROUP' }]);
    expect(isServed({ ...byTeam, queryScope: 'COLLECTION_GROUP' }, { fieldOverrides: [group] })).toBe(true);
    expect(isServed(byTeam, { fieldOverrides: [group] })).toBe(false);
  });

  it('with ttl and no indexes is as in the file', () => {
    const purgeAt = { ...override('purgeAt'), ttl: true };
    expect(isServed(query({ inequality: ['purgeAt'] }), { fieldOverrides: [purgeAt] })).toBe(false);
  });
});

describe('the report', () => {
  const newest = query({ equality: ['team'], orderBy: ['-at'] });
  const byAgent = query({ equality: ['agent', 'team'], orderBy: ['-at'] });
  const reportOf = (shapes: QueryShape[], indexes: Composite[]) => {
    const file = firestoreIndexes.parse({ indexes });
    const { unserved, unused } = checkIndexes(shapes, file);
    return { unserved, unused: unused.map((index) => file.indexes.indexOf(index)) };
  };

  it('names each query that is not served', () => {
    expect(reportOf([newest, byAgent, query({})], [composite(['team', '-at'])]).unserved).toEqual([byAgent]);
  });

  it('names each composite index that serves nothing', () => {
    const indexes = [
      composite(['team', '-at']),
      composite(['team', 'at']),
      composite(['agent', 'team', '-at']),
    ];
    expect(reportOf([newest], indexes)).toEqual({ unserved: [], unused: [1, 2] });
    expect(reportOf([newest, byAgent], indexes)).toEqual({ unserved: [], unused: [1] });
  });

  it('counts an index as used when it is merged, and when it spares a merging', () => {
    const merged = [composite(['team', '-at']), composite(['agent', '-at'])];
    expect(reportOf([byAgent], merged)).toEqual({ unserved: [], unused: [] });
    expect(reportOf([byAgent], [...merged, composite(['agent', 'team', '-at'])]).unused).toEqual([0, 1]);
    expect(reportOf([query({ equality: ['agent', 'team'] })], [composite(['team', 'agent'])]).unused).toEqual(
      [],
    );
  });
});
