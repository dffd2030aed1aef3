export type { ActionRegistry } from './actions/performer.ts';
export { createActionRegistry } from './actions/registry.ts';
export { createGuardedAgents, createTargetGuard, type ResolveName } from './actions/target-guard.ts';
export { Bell } from './adapters/bell.ts';
export { EventSubscription } from './adapters/event-subscription.ts';
export { LocalRateLimiter } from './adapters/local-rate-limiter.ts';
export { safeLogText } from './adapters/log-text.ts';
export { createRandom } from './adapters/random.ts';
export { systemClock } from './adapters/system-clock.ts';
export { systemRealTime } from './adapters/system-real-time.ts';
export { textRecords } from './adapters/text-records.ts';
export { type ApiDeps, createApi } from './api/app.ts';
export { GUESSES_PER_MINUTE } from './api/rate-limits.ts';
export { serviceStopping, unreadableRequest } from './api/refusals.ts';
export { createApiKey } from './app/api-keys/create.ts';
export { listApiKeys } from './app/api-keys/list.ts';
export { revokeApiKey } from './app/api-keys/revoke.ts';
export { CHECK_EVERY_MS, type CounterCounts, tendCounters } from './app/budgets/tend.ts';
export type { Deps } from './app/deps.ts';
export { type EndpointCounts, tendEndpoints } from './app/endpoints/tend.ts';
export { type ErasureCounts, tendErasures } from './app/erasure/tend.ts';
export { MinootsError } from './app/errors.ts';
export { toEvent } from './app/event.ts';
export { inParallel } from './app/in-parallel.ts';
export { postMessage } from './app/messages/post.ts';
export { NEWCOMERS_PER_HOUR, takeNewcomer } from './app/plans/count-newcomer.ts';
export { type TendCounts, tendSchedules } from './app/schedules/tend.ts';
export type { OwnerSignIn } from './app/sign-in/owner.ts';
export { type AdmitDeps, admit, judge } from './app/sso/admit.ts';
export { foundingNote } from './app/teams/founding.ts';
export { provideTeam } from './app/teams/provide.ts';
export { personalTeamId, welcomePerson } from './app/teams/welcome.ts';
export { spawnTimer } from './app/timers/spawn.ts';
export { wakeTimer } from './app/timers/wake.ts';
export { type ApiKey, OWNER_KEY_ID, statusAt } from './domain/api-key/state.ts';
export { contextBytes, contextRoom } from './domain/context-room.ts';
export type { Endpoint, EndpointStatus } from './domain/endpoint/state.ts';
export { lookAt } from './domain/endpoint/upkeep.ts';
export { acknowledge, isIn } from './domain/message/acknowledge.ts';
export type { Acknowledgement, Message } from './domain/message/state.ts';
export type { Window } from './domain/quota.ts';
export { BUILT_IN_RUNNER_ID } from './domain/runner.ts';
export type { Schedule } from './domain/schedule/state.ts';
export { checkAt } from './domain/schedule/time.ts';
export { MAX_SHARES, type Share } from './domain/share/state.ts';
export { inForce, type SigningSecretEntry } from './domain/signing-secret/state.ts';
export type { Person } from './domain/team/commands.ts';
export { createTeam } from './domain/team/create.ts';
export { verifiedDomains } from './domain/team/domains.ts';
export { peopleIn, withoutPerson } from './domain/team/leaving-person.ts';
export { personOf } from './domain/team/person.ts';
export { FOR_GOOD_MS, historyMsOf, keepsAlike, keptUntil } from './domain/team/plan.ts';
export type { AuditNote, LeavingPerson, Team, TeamPlan } from './domain/team/state.ts';
export { transition } from './domain/team/transition.ts';
export { actionsOf, hasExhausted } from './domain/timer/deliveries.ts';
export { ACTIVE_STATUSES, placesOf } from './domain/timer/places.ts';
export { awaitedEndpoints } from './domain/timer/postponement.ts';
export type { LogEntry, Timer } from './domain/timer/state.ts';
export { alarmAt, isIdle, jobAt } from './domain/timer/time.ts';
export { AnyAuthenticator } from './identity/any-authenticator.ts';
export { generateApiKey, hashApiKey, prefixOf } from './identity/api-key.ts';
export { KeyAuthenticator } from './identity/key-authenticator.ts';
export { People } from './identity/people.ts';
export { RememberedApiKeys } from './identity/remembered-api-keys.ts';
export { RequiredSignOn } from './identity/required-sign-on.ts';
export { generateSecretKey, readSecretKeys, SecretBox, type SecretKey } from './identity/secret-box.ts';
export {
  generateSigningSecret,
  type OpenSigningSecret,
  SigningSecretBox,
} from './identity/signing-secret.ts';
export { TeamPlans } from './identity/team-plans.ts';
export { UserAuthenticator } from './identity/user-authenticator.ts';
export { watchedTeams } from './identity/watched-teams.ts';
export type { AccountRemover } from './ports/account-remover.ts';
export type { Alarm, AlarmClock, AlarmHandler } from './ports/alarm-clock.ts';
export type { ApiKeyDecision, ApiKeyStore } from './ports/api-key-store.ts';
export type { ActorsEntry, ActorsPage, AuditEntry, AuditLog, AuditPage } from './ports/audit-log.ts';
export type { Authenticator, Credentials, Principal } from './ports/authenticator.ts';
export {
  BUDGET_CACHE_MS,
  type Budget,
  type BudgetInForce,
  type BudgetStore,
} from './ports/budget-store.ts';
export type { Clock } from './ports/clock.ts';
export type { ContextEntry, ContextStore, PutOutcome } from './ports/context-store.ts';
export type {
  EndpointDecision,
  EndpointFilter,
  EndpointKey,
  EndpointPage,
  EndpointStore,
  LookPage,
  LookRange,
} from './ports/endpoint-store.ts';
export type { EventFeed, EventFilter, NewEvent, Subscription } from './ports/event-feed.ts';
export type { IdTokenSource } from './ports/id-token-source.ts';
export { IdentityUnavailable, type IdTokenVerifier } from './ports/id-token-verifier.ts';
export {
  type ClaimOutcome,
  IDEMPOTENCY_CLAIM_MS,
  IDEMPOTENCY_TTL_MS,
  type IdempotencyClaim,
  type IdempotencyStore,
  type RecordedAnswer,
} from './ports/idempotency-store.ts';
export type {
  Acknowledged,
  InboxFilter,
  InboxKey,
  InboxPage,
  InboxStore,
  InboxWatch,
  MessageInsert,
  MessageKey,
} from './ports/inbox-store.ts';
export type { Logger } from './ports/logger.ts';
export {
  type Checkout,
  InvalidSignature,
  type PaymentService,
  PaymentsUnreachable,
  type Subscription as PaidSubscription,
} from './ports/payment-service.ts';
export type { Plans } from './ports/plans.ts';
export {
  type CounterKey,
  type Limit,
  LimitReached,
  type OverLimit,
  type QuotaLedger,
  type Reconciliation,
  type Recount,
} from './ports/quota-ledger.ts';
export type { Random } from './ports/random.ts';
export { RATE_WINDOW_MS, type RateLimiter, type RateReading } from './ports/rate-limiter.ts';
export type { RealTime } from './ports/real-time.ts';
export { MAX_RUNNERS, type Registration, type RunnerRecord, type RunnerStore } from './ports/runner-store.ts';
export type {
  CheckPage,
  CheckRange,
  ScheduleDecision,
  ScheduleFilter,
  ScheduleKey,
  SchedulePage,
  ScheduleStore,
} from './ports/schedule-store.ts';
export { type SecretEntry, type SecretStore, SecretsUnavailable } from './ports/secret-store.ts';
export type { SharePage, ShareStore } from './ports/share-store.ts';
export type { SignInLink, SignInLinkStore } from './ports/sign-in-link-store.ts';
export type { SigningSecretDecision, SigningSecretStore } from './ports/signing-secret-store.ts';
export type { TargetGuard } from './ports/target-guard.ts';
export type { TeamEraser } from './ports/team-eraser.ts';
export { DomainTaken, SlugTaken, type TeamDecision, type TeamStore } from './ports/team-store.ts';
export { NamesUnreachable, type TextRecords } from './ports/text-records.ts';
export {
  type Decision,
  type DependentPage,
  type DuePage,
  type DueRange,
  type DueTimer,
  type FollowerRange,
  type InsertOutcome,
  InvalidPosition,
  type JobRange,
  StorageUnavailable,
  type TimerFilter,
  type TimerKey,
  type TimerPage,
  type TimerStore,
} from './ports/timer-store.ts';
