export { type ReceivedRequest, startReceiver, type TestReceiver } from './actions/test-receiver.ts';
export { ApiClient, type TestPerson } from './api/conformance/client.ts';
export { EventReader } from './api/conformance/event-reader.ts';
export { apiConformance, type ServerUnderTest } from './api/conformance.ts';
export { fakeEngine, KEY as FAKE_ENGINE_KEY } from './api/fake-engine.ts';
export { apiFuzz, type FuzzOptions } from './api/fuzz.ts';
export { onExpire } from './domain/timer/test-timer.ts';
export { type AlarmClockHarness, alarmClockContract } from './ports/alarm-clock.contract.ts';
export { type ApiKeyStoreHarness, apiKeyStoreContract } from './ports/api-key-store.contract.ts';
export { auditLogContract } from './ports/audit-log.contract.ts';
export { budgetStoreContract } from './ports/budget-store.contract.ts';
export { contextStoreContract } from './ports/context-store.contract.ts';
export { endpointStoreContract } from './ports/endpoint-store.contract.ts';
export { type EventFeedHarness, eventFeedContract } from './ports/event-feed.contract.ts';
export { idempotencyStoreContract } from './ports/idempotency-store.contract.ts';
export { inboxStoreContract } from './ports/inbox-store.contract.ts';
export { loggerContract } from './ports/logger.contract.ts';
export { type QuotaLedgerHarness, quotaLedgerContract } from './ports/quota-ledger.contract.ts';
export { rateLimiterContract } from './ports/rate-limiter.contract.ts';
export { runnerStoreContract } from './ports/runner-store.contract.ts';
export { scheduleStoreContract } from './ports/schedule-store.contract.ts';
export { type SecretStoreHarness, secretStoreContract } from './ports/secret-store.contract.ts';
export { shareStoreContract } from './ports/share-store.contract.ts';
export { type SignInLinkStoreHarness, signInLinkStoreContract } from './ports/sign-in-link-store.contract.ts';
export {
  type SigningSecretStoreHarness,
  signingSecretStoreContract,
} from './ports/signing-secret-store.contract.ts';
export { type Kept, teamEraserContract } from './ports/team-eraser.contract.ts';
export { type TeamStoreHarness, teamStoreContract } from './ports/team-store.contract.ts';
export { timerStoreContract } from './ports/timer-store.contract.ts';
export { fakePerformers } from './testing/fake-performers.ts';
export { fakeRealTime } from './testing/fake-real-time.ts';
export {
  type HistoryHarness,
  type HistoryOptions,
  historyByPlanContract,
} from './testing/history-by-plan.contract.ts';
export { inOneWindow } from './testing/in-one-window.ts';
export { memoryApiKeyStore } from './testing/memory-api-key-store.ts';
export { memoryBudgetStore } from './testing/memory-budget-store.ts';
export { memoryContextStore } from './testing/memory-context-store.ts';
export { memoryEndpointStore } from './testing/memory-endpoint-store.ts';
export { memoryInboxStore } from './testing/memory-inbox-store.ts';
export { memoryQuotaLedger } from './testing/memory-quota-ledger.ts';
export { memoryRunnerStore } from './testing/memory-runner-store.ts';
export { memoryScheduleStore } from './testing/memory-schedule-store.ts';
export { memorySecretStore } from './testing/memory-secret-store.ts';
export { memoryShareStore } from './testing/memory-share-store.ts';
export { memoryTeamStore } from './testing/memory-team-store.ts';
export { startNameServer, type TestNameServer } from './testing/name-server.ts';
export { portableMoments } from './testing/portable-lives.ts';
export { sampleApiKey } from './testing/sample-api-key.ts';
export { sampleMessage } from './testing/sample-message.ts';
export { sampleSchedule } from './testing/sample-schedule.ts';
export { sampleInvitation, samplePerson, sampleTeam } from './testing/sample-team.ts';
export { sampleJobTimer, sampleTimer } from './testing/sample-timer.ts';
export { type ScheduleStores, schedulesGoOnContract } from './testing/schedules-go-on.contract.ts';
export { silentLogger } from './testing/silent-logger.ts';
export { formsOf, type ToldSecrets, tellSecrets } from './testing/telling-secrets.ts';
export { until } from './testing/until.ts';
