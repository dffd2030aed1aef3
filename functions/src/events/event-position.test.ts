import { describe, expect, it } from '@jest/globals';
import { Timestamp } from 'firebase-admin/firestore';
import { comparePositions, positionAfter } from './event-position.ts';

describe('positionAfter', () => {
  it.each(['-x', '0x', 'zx', '~x', '~~'])(
    'comes after what was committed at that instant in %s',
    (documentId) => {
      const committedAt = new Timestamp(1_900_000_000, 5);
      const event = { committedAt, documentId, version: 7, index: 3 };
      expect(comparePositions(event, positionAfter(committedAt))).toBeLessThan(0);
    },
  );
});
