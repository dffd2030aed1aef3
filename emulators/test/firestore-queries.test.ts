import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { FieldPath, Filter, type Firestore, type Query } from 'firebase-admin/firestore';
import { type Bench, openBench } from './support/firestore.ts';

let bench: Bench;
let firestore: Firestore;

const cities = [
  { id: 'bj', country: 'CN', size: 21, tags: ['big', 'capital'] },
  { id: 'dc', country: 'US', size: 1, tags: ['capital'] },
  { id: 'la', country: 'US', size: 4, tags: ['big', 'coast'] },
  { id: 'sf', country: 'US', size: 1, tags: ['coast'] },
  { id: 'tok', country: 'JP', size: 9, tags: ['big', 'capital', 'coast'] },
  { id: 'unknown', country: null, tags: [] },
];

beforeAll(async () => {
  bench = await openBench();
  firestore = bench.firestore();
  const batch = firestore.batch();
  for (const { id, ...city } of cities) batch.set(firestore.doc(`cities/${id}`), city);
  batch.set(firestore.doc('cities/sf/parks/1'), { kind: 'park' });
  batch.set(firestore.doc('cities/la/parks/1'), { kind: 'beach' });
  await batch.commit();
});
afterAll(() => bench.close());

const all = () => firestore.collection('cities');
const idsOf = async (query: Query) => (await query.get()).docs.map(({ id }) => id);

describe('queries over the wire', () => {
  it.each<[string, () => Query, string[]]>([
    ['an equality', () => all().where('country', '==', 'US'), ['dc', 'la', 'sf']],
    ['a null', () => all().where('country', '==', null), ['unknown']],
    ['a range with an order', () => all().where('size', '>', 1).orderBy('size', 'desc'), ['bj', 'tok', 'la']],
    ['equalities and a range', () => all().where('country', '==', 'US').where('size', '<', 4), ['dc', 'sf']],
    ['an in', () => all().where('country', 'in', ['CN', 'JP']), ['bj', 'tok']],
    ['an in of more than ten', () => all().where('size', 'in', [9, ...range(20)]), ['dc', 'la', 'sf', 'tok']],
    ['an array-contains', () => all().where('tags', 'array-contains', 'coast'), ['la', 'sf', 'tok']],
    [
      'an array-contains-any with an equality',
      () => all().where('tags', 'array-contains-any', ['big', 'capital']).where('country', '==', 'US'),
      ['dc', 'la'],
    ],
    ['a not-equal', () => all().where('country', '!=', 'US'), ['bj', 'tok']],
    [
      'an or',
      () => all().where(Filter.or(Filter.where('size', '==', 21), Filter.where('country', '==', 'JP'))),
      ['bj', 'tok'],
    ],
    ['names', () => all().where(FieldPath.documentId(), 'in', ['la', 'sf', 'nowhere']), ['la', 'sf']],
    ['a limit', () => all().orderBy('size').limit(2), ['dc', 'sf']],
    ['the last ones', () => all().orderBy('size').limitToLast(2), ['tok', 'bj']],
    ['an offset', () => all().orderBy('size').offset(2).limit(2), ['la', 'tok']],
    [
      'a descending order with its names',
      () => all().orderBy('size', 'desc'),
      ['bj', 'tok', 'la', 'sf', 'dc'],
    ],
  ])('find by %s', async (_, query, expected) => {
    expect(await idsOf(query())).toEqual(expected);
  });

  it('find nothing that lacks the field they order by', async () => {
    expect(await idsOf(all().orderBy('size'))).not.toContain('unknown');
    expect(await idsOf(all().orderBy('country'))).toContain('unknown');
  });

  it('page with cursors, by values and by documents', async () => {
    const ordered = all().orderBy('size', 'desc').orderBy(FieldPath.documentId(), 'desc').limit(2);
    expect(await idsOf(ordered.startAfter(9, 'tok'))).toEqual(['la', 'sf']);
    const page = await ordered.startAfter(await firestore.doc('cities/la').get()).get();
    expect(page.docs.map(({ id }) => id)).toEqual(['sf', 'dc']);
    expect(await idsOf(all().orderBy('size').startAt(4).endBefore(21))).toEqual(['la', 'tok']);
  });

  it('select fields', async () => {
    const { docs } = await all().where('country', '==', 'JP').select('size').get();
    expect(docs.map((each) => each.data())).toEqual([{ size: 9 }]);
  });

  it('look into all collections of an id', async () => {
    const parks = firestore.collectionGroup('parks');
    expect((await parks.where('kind', '==', 'beach').get()).docs.map(({ ref }) => ref.path)).toEqual([
      'cities/la/parks/1',
    ]);
  });

  it('count', async () => {
    expect((await all().where('country', '==', 'US').count().get()).data()).toEqual({ count: 3 });
    expect((await all().where('country', '==', 'FR').count().get()).data()).toEqual({ count: 0 });
  });
});

function range(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index - count + 5);
}
