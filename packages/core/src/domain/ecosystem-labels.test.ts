import { describe, expect, it } from '@jest/globals';
import { withEcosystemLabels, withoutEcosystemLabels } from './ecosystem-labels.ts';

const metadata = {
  ecosystem: {
    product: 'nimbus',
    tier: 2,
    live: true,
    nested: { a: 1 },
    list: [1],
    none: null,
    'bad key': 'x',
  },
};

describe('withEcosystemLabels', () => {
  it('projects each plain value of metadata.ecosystem to a label', () => {
    expect(withEcosystemLabels({ env: 'prod' }, metadata)).toEqual({
      env: 'prod',
      'ecosystem.product': 'nimbus',
      'ecosystem.tier': '2',
      'ecosystem.live': 'true',
    });
  });

  it("lets the timer's own label win", () => {
    const labels = withEcosystemLabels({ 'ecosystem.product': 'mine' }, metadata);
    expect(labels['ecosystem.product']).toBe('mine');
  });

  it('never makes more than 16 labels, and keeps all of the own ones', () => {
    const own = Object.fromEntries(Array.from({ length: 15 }, (_, index) => [`own${index}`, 'x']));
    const labels = withEcosystemLabels(own, metadata);
    expect(Object.keys(labels)).toHaveLength(16);
    expect(labels).toMatchObject(own);
  });

  it.each([null, {}, { ecosystem: null }, { ecosystem: 'text' }, { ecosystem: ['a'] }])(
    'leaves the labels alone for %j',
    (other) => {
      expect(withEcosystemLabels({ env: 'prod' }, other)).toEqual({ env: 'prod' });
    },
  );
});

describe('withoutEcosystemLabels', () => {
  it('takes away what the metadata brought in and nothing else', () => {
    const own = { env: 'prod', 'ecosystem.product': 'mine' };
    expect(withoutEcosystemLabels(withEcosystemLabels(own, metadata), metadata)).toEqual(own);
  });
});
