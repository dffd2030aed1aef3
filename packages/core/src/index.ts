export type { ActionRegistry } from './actions/performer.ts';
export { createActionRegistry } from './actions/registry.ts';
export { createGuardedAgents, createTargetGuard, type ResolveName } from './actions/target-guard.ts';
export { EventSubscription } from './adapters/event-subscription.ts';
export { createRandom } from './adapters/random.ts';
export { systemClock } from './adapters/system-clock.ts';
export { type ApiDeps, createApi } from './api/app.ts';
export { serviceStopping, unreadableRequest } from './api/refusals.ts';
export type { Deps } from './app/deps.ts';
export { toEvent } from './app/effects.ts';
export { MinootsError } from './app/errors.ts';
export { wakeTimer } from './app/timers/wake.ts';
export type { LogEntry, Timer } from './domain/timer/state.ts';
export { alarmAt } from './domain/timer/time.ts';
export { generateApiKey, hashApiKey } from './identity/api-key.ts';
export { KeyAuthenticator } from './identity/key-authenticator.ts';
export { generateSigningSecret } from './identity/signing-secret.ts';
export type { Alarm, AlarmClock, AlarmHandler } from './ports/alarm-clock.ts';
export type { ApiKeyRecord, ApiKeyStore } from './ports/api-key-store.ts';
export type { Authenticator, Principal } from './ports/authenticator.ts';
export type { Clock } from './ports/clock.ts';
export type { EventFeed, EventFilter, NewEvent, Subscription } from './ports/event-feed.ts';
export {
  type ClaimOutcome,
  IDEMPOTENCY_CLAIM_MS,
  IDEMPOTENCY_TTL_MS,
  type IdempotencyClaim,
  type IdempotencyStore,
  type RecordedAnswer,
} from './ports/idempotency-store.ts';
export type { Logger } from './ports/logger.ts';
export type { Random } from './ports/random.ts';
export type { SigningSecretStore } from './ports/signing-secret-store.ts';
export type { TargetGuard } from './ports/target-guard.ts';
export {
  type Decision,
  type DuePage,
  type DueRange,
  type DueTimer,
  type InsertOutcome,
  InvalidPosition,
  StorageUnavailable,
  type TimerFilter,
  type TimerKey,
  type TimerPage,
  type TimerStore,
} from './ports/timer-store.ts';
