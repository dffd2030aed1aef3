import { apiConformance, startNameServer } from '@minoots/core/testing';
import { signIn } from './support/auth.ts';
import { advance } from './support/driving.ts';
import { portOf, stacksUnderTest } from './support/stacks.ts';

const { virtual } = stacksUnderTest();

apiConformance(
  'the functions in their emulator',
  async () => {
    const names = await startNameServer({}, portOf(virtual.nameServer));
    return {
      baseUrl: virtual.apiUrl,
      key: virtual.key,
      operatorKey: virtual.operatorKey,
      advance: (byMs) => advance(virtual, byMs),
      signIn: (person) => signIn(virtual, person),
      publish: names.publish,
      close: names.close,
    };
  },
  { hasFrontEnd: true, chains: { long: 20, wide: 100 } },
);
