export { type ReceivedRequest, startReceiver, type TestReceiver } from './actions/test-receiver.ts';
export { apiConformance, type ServerUnderTest } from './api/conformance.ts';
export { type AlarmClockHarness, alarmClockContract } from './ports/alarm-clock.contract.ts';
export { apiKeyStoreContract } from './ports/api-key-store.contract.ts';
export { eventFeedContract } from './ports/event-feed.contract.ts';
export { idempotencyStoreContract } from './ports/idempotency-store.contract.ts';
export { signingSecretStoreContract } from './ports/signing-secret-store.contract.ts';
export { timerStoreContract } from './ports/timer-store.contract.ts';
export { sampleTimer } from './testing/sample-timer.ts';
