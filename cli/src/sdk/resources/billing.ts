import type {
  Billing,
  BillingPage,
  CheckoutRequest,
  PaymentReceipt,
  Plan,
  PlanId,
  PortalRequest,
  Usage,
} from '@minoots/contract';
import type { Call } from './caller.ts';

/** Operations on the plan of the team and what it pays for. Every method throws MinootsError. */
export class BillingResource {
  readonly #call: Call;

  constructor(call: Call) {
    this.#call = call;
  }

  get(): Promise<Billing> {
    return this.#call('getBilling');
  }

  /** The plans, the cheapest first: what they cost, allow and switch on. */
  async plans(): Promise<Plan[]> {
    return (await this.#call('listPlans')).data;
  }

  /** What the team uses, and what its plan allows. */
  usage(): Promise<Usage> {
    return this.#call('getUsage');
  }

  /** The page on which a person orders a plan. */
  checkout(request: CheckoutRequest): Promise<BillingPage> {
    return this.#call('createCheckout', { body: request });
  }

  /** The page on which a person changes or cancels what was ordered. */
  portal(request: PortalRequest): Promise<BillingPage> {
    return this.#call('createPortal', { body: request });
  }

  /** What the payment service does, with its signature in the headers. */
  receive(message: object, headers: Readonly<Record<string, string>>): Promise<PaymentReceipt> {
    return this.#call('receivePayment', { body: message, headers });
  }

  /** Puts any team on a plan, for operators of the service. @param team slug or id */
  setPlan(team: string, plan: PlanId): Promise<Billing> {
    return this.#call('setPlan', { params: { team }, body: { plan } });
  }
}
