import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { NamesUnreachable, type TextRecords, textRecords } from '@minoots/core';
import { startNameServer } from '@minoots/core/testing';

const CHALLENGE = 'minoots-verification=abc';

describe('textRecords', () => {
  let server: Awaited<ReturnType<typeof startNameServer>>;
  let records: TextRecords;
  beforeAll(async () => {
    server = await startNameServer({
      '_minoots-challenge.acme.com': { texts: [['v=spf1 -all'], [CHALLENGE]] },
      '_minoots-challenge.parts.example': { texts: [['minoots-', 'verification', '=abc']] },
      '_minoots-challenge.addresses.example': ['192.0.2.1'],
      '_minoots-challenge.silent.example': 'silent',
      '_minoots-challenge.broken.example': 'broken',
    });
    records = textRecords([server.address]);
  });
  afterAll(() => server.close());

  it('gives all records of a name', async () => {
    const texts = await records.lookUp('_minoots-challenge.acme.com');
    expect(texts.toSorted()).toEqual([CHALLENGE, 'v=spf1 -all']);
  });

  it('puts a record together that comes in parts', async () => {
    expect(await records.lookUp('_minoots-challenge.parts.example')).toEqual([CHALLENGE]);
  });

  it.each(['nobody', 'addresses'])('gives nothing where there is none: %s', async (name) => {
    expect(await records.lookUp(`_minoots-challenge.${name}.example`)).toEqual([]);
  });

  it.each(['silent', 'broken'])(
    'tells no answer from no record: %s',
    async (name) => {
      const asked = records.lookUp(`_minoots-challenge.${name}.example`);
      await expect(asked).rejects.toThrow(NamesUnreachable);
      // As long as it is asked for again.
    },
    20_000,
  );
});
