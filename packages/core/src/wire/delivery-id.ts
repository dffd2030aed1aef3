import type { Timer } from '../domain/timer/state.ts';

const PATTERN = /^dlv_(\d{1,9})_([0-9a-z]{1,12})_(.+)$/;

/**
 * The public id of a delivery. It names the timer, so no index is needed to find it again, and the timer's birth, so
 * that a timer made anew under a client's own id is not taken for a repeat by receivers that deduplicate.
 */
export function deliveryId(timer: Pick<Timer, 'id' | 'createdAt'>, number: number): string {
  return `dlv_${number}_${timer.createdAt.toString(36)}_${timer.id}`;
}

/** Takes a delivery id apart; null when it is none. */
export function parseDeliveryId(id: string): { timerId: string; number: number; createdAt: number } | null {
  const [, number, birth, timerId] = PATTERN.exec(id) ?? [];
  if (number === undefined || birth === undefined || timerId === undefined) return null;
  return { timerId, number: Number(number), createdAt: Number.parseInt(birth, 36) };
}
