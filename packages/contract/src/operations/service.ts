import { AdvanceClockRequest, ClockReading, Health, Readiness, SigningSecrets } from '../service.ts';
import type { Operation } from './operation.ts';

export const serviceOperations = {
  getSigningSecrets: {
    method: 'GET',
    path: '/v1/signing-secrets',
    tag: 'service',
    scope: 'secrets:read',
    summary: 'Read the secrets that sign webhooks',
    status: 200,
    output: SigningSecrets,
    errors: [],
  },
  advanceClock: {
    method: 'POST',
    path: '/v1/clock/advance',
    tag: 'service',
    scope: 'clock',
    summary: 'Move the virtual clock and fire what falls due',
    body: AdvanceClockRequest,
    status: 200,
    output: ClockReading,
    errors: ['not_found'],
  },
  healthz: {
    method: 'GET',
    path: '/healthz',
    tag: 'service',
    scope: null,
    summary: 'The process lives',
    status: 200,
    output: Health,
    errors: [],
  },
  readyz: {
    method: 'GET',
    path: '/readyz',
    tag: 'service',
    scope: null,
    summary: 'Store and alarms answer',
    status: 200,
    output: Readiness,
    errors: [],
  },
} as const satisfies Record<string, Operation>;
