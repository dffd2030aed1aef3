import { beforeEach, describe, expect, it } from '@jest/globals';
import { fakeEngine, NOW } from '../../api/fake-engine.ts';
import { type PaymentService, PaymentsUnreachable, type Subscription } from '../../ports/payment-service.ts';
import { sampleTeam } from '../../testing/sample-team.ts';
import type { RequestContext } from '../deps.ts';
import { deleteTeam } from '../erasure/delete-team.ts';
import { receivePayment } from './receive.ts';

const TEAM = 'team_acme';
const ACTIVE: Subscription = {
  id: 'sub_1',
  customerId: 'cus_1',
  teamId: TEAM,
  plan: 'enterprise',
  status: 'active',
  renewsAt: NOW + 86_400_000,
  cancels: false,
};

describe('receivePayment', () => {
  let subscription: Subscription;
  let cancelled: string[];
  let errors: [fields: object, message: string][];
  let payments: PaymentService;
  let deps: ReturnType<typeof fakeEngine>;
  beforeEach(async () => {
    subscription = ACTIVE;
    cancelled = [];
    errors = [];
    payments = {
      signatureHeader: 'signature',
      checkout: async () => ({ url: 'https://pay.example/' }),
      portal: async () => ({ url: 'https://pay.example/' }),
      readMessage: (body) => body,
      subscription: async () => subscription,
      cancel: async (id) => {
        cancelled.push(id);
      },
    };
    const logger = {
      info: () => {},
      warn: () => {},
      error: (...given: [object, string]) => errors.push(given),
    };
    deps = fakeEngine({ payments, logger });
    await deps.teams.insert(sampleTeam({ id: TEAM, slug: 'acme' }), []);
  });

  const receive = () => receivePayment({ ...deps, payments }, 'sub_1', new Headers());
  async function forsake(): Promise<void> {
    const person = { userId: 'usr_ann', email: 'ann@example.com', emailVerified: true, name: null };
    const principal = {
      type: 'user',
      id: person.userId,
      teamId: TEAM,
      scopes: new Set(),
      role: 'owner',
      person,
    } satisfies RequestContext['principal'];
    await deleteTeam(deps, { principal }, 'acme');
  }

  it('leaves what a team pays for as it is', async () => {
    expect(await receive()).toBe(true);
    expect({ cancelled, errors }).toEqual({ cancelled: [], errors: [] });
  });

  it('cancels what is paid for a team that was deleted meanwhile, and says so', async () => {
    await forsake();
    expect(await receive()).toBe(false);
    expect(cancelled).toEqual(['sub_1']);
    expect(errors).toEqual([
      [
        { teamId: TEAM, subscriptionId: 'sub_1' },
        'a team that was deleted is paid for: its subscription is cancelled, and is to be refunded by hand',
      ],
    ]);
  });

  it('lets the message come again while it cannot be cancelled', async () => {
    await forsake();
    payments = { ...payments, cancel: () => Promise.reject(new PaymentsUnreachable('down')) };
    await expect(receive()).rejects.toMatchObject({ code: 'payments_unreachable' });
    expect(errors).toHaveLength(1);
  });

  it('cancels nothing for a team that is not known here, which may be of another deployment, but says so', async () => {
    subscription = { ...ACTIVE, teamId: 'team_nobody' };
    expect(await receive()).toBe(false);
    expect(cancelled).toEqual([]);
    expect(errors).toEqual([
      [
        { teamId: 'team_nobody', subscriptionId: 'sub_1' },
        'a team that is not there is paid for: unless it is of another deployment, cancel and refund its subscription by hand',
      ],
    ]);
  });

  it.each<Partial<Subscription>>([{ status: 'ended' }, { cancels: true }])(
    'keeps quiet of what nobody goes on paying: %j',
    async (changes) => {
      await forsake();
      for (const teamId of [TEAM, 'team_nobody']) {
        subscription = { ...ACTIVE, ...changes, teamId };
        expect(await receive()).toBe(false);
      }
      expect({ cancelled, errors }).toEqual({ cancelled: [], errors: [] });
    },
  );
});
