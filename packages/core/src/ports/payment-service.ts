import type { PlanId, SubscriptionStatus } from '@minoots/contract';

/** A subscription as it is now. Instants in epoch ms. */
export interface Subscription {
  id: string;
  customerId: string;
  /** The team that it was ordered for. */
  teamId: string;
  /** What it pays for; null of something that this service does not sell. */
  plan: Exclude<PlanId, 'free'> | null;
  status: SubscriptionStatus;
  renewsAt: number | null;
  cancels: boolean;
}

export interface Checkout {
  teamId: string;
  plan: Exclude<PlanId, 'free'>;
  /** Who pays already; null of a team that has ordered nothing before. */
  customerId: string | null;
  email: string | null;
  successUrl: string;
  cancelUrl: string;
}

/** Takes money for plans. Every method rejects with `PaymentsUnreachable` where it does not answer. */
export interface PaymentService {
  /** The header in which its messages carry their signature. */
  readonly signatureHeader: string;
  /** The page to order on. It is there for an hour: nothing is paid on it later. */
  checkout(order: Checkout): Promise<{ url: string }>;
  /** The page to change or cancel on. */
  portal(customerId: string, returnUrl: string): Promise<{ url: string }>;
  /**
   * Reads a message that the service sent: the id of the subscription that it is about, null when it is about none.
   * @param body as it came, byte by byte
   * @throws InvalidSignature when the service has not sent it, or not lately
   */
  readMessage(body: string, signature: string): string | null;
  /** Asks for a subscription; null when there is none of this id. */
  subscription(id: string): Promise<Subscription | null>;
  /** Ends a subscription at once, so that nothing more is paid. One that has ended or is not there stays so. */
  cancel(subscriptionId: string): Promise<void>;
}

/** A message is not from the payment service. */
export class InvalidSignature extends Error {
  override readonly name = 'InvalidSignature';
}

/** The payment service does not answer at present. The caller may try again. */
export class PaymentsUnreachable extends Error {
  override readonly name = 'PaymentsUnreachable';
}
