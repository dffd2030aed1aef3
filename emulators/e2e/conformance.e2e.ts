import { jest } from '@jest/globals';
import { apiConformance } from '@minoots/core/testing';
import { signIn } from './support/auth.ts';
import { advance } from './support/driving.ts';
import { stacksUnderTest } from './support/stacks.ts';

// Moving the clock by hours fires what hundreds of other tests left behind, one task each.
jest.setTimeout(120_000);

const { virtual } = stacksUnderTest();

apiConformance(
  'the functions in their emulator',
  async () => ({
    baseUrl: virtual.apiUrl,
    key: virtual.key,
    advance: (byMs) => advance(virtual, byMs),
    signIn: (person) => signIn(virtual, person),
    close: async () => {},
  }),
  { hasFrontEnd: true, chains: { long: 20, wide: 100 } },
);
