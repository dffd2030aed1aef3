import { defineInt, defineList, defineString, select } from 'firebase-functions/params';
import { DEFAULTS } from './settings.ts';

/**
 * What is decided at each deployment and written into the trigger of each function, never read by the code. The deploying
 * tool takes the values from `functions/.env` and the files beside it, and asks for those that it does not find there.
 */
export const params = {
  region: defineString('MINOOTS_REGION', {
    default: DEFAULTS.region,
    description: 'Region of the functions and their queues: best the one of the Firestore database.',
  }),
  memoryMb: defineInt('MINOOTS_MEMORY_MB', {
    default: 512,
    description: 'Memory of an instance, in MiB.',
    input: select([256, 512, 1024, 2048, 4096]),
  }),
  apiConcurrency: defineInt('MINOOTS_API_CONCURRENCY', {
    default: 80,
    description: 'Requests that one instance of the API serves at once; an open event stream is one of them.',
  }),
  apiMinInstances: defineInt('MINOOTS_API_MIN_INSTANCES', {
    default: 0,
    description: 'Instances of the API that stay warm. They cost money while idle.',
  }),
  fireConcurrency: defineInt('MINOOTS_FIRE_CONCURRENCY', {
    default: 80,
    description: 'Timers that one instance fires at once. The more, the less a timer costs.',
  }),
  fireMinInstances: defineInt('MINOOTS_FIRE_MIN_INSTANCES', {
    default: 0,
    description: 'Instances per queue that stay warm, so that the first timer after a pause is not late.',
  }),
  fireTimeoutSeconds: defineInt('MINOOTS_FIRE_TIMEOUT_SECONDS', {
    default: DEFAULTS.fireTimeoutSeconds,
    description: 'Seconds that one firing may take, 120 to 1800. A webhook may take 60 of them.',
  }),
  corsOrigins: defineList('MINOOTS_CORS_ORIGINS', {
    default: DEFAULTS.corsOrigins,
    description: 'Origins whose pages may call the API, such as https://app.example.com.',
  }),
  historyDays: defineInt('MINOOTS_HISTORY_DAYS', {
    default: DEFAULTS.historyDays,
    description: 'Days for which the enterprise plan keeps a timer that has ended.',
  }),
  startPlan: defineString('MINOOTS_START_PLAN', {
    default: DEFAULTS.startPlan,
    description: 'The plan that new teams begin with.',
    input: select(['free', 'pro', 'enterprise']),
  }),
  guessesPerMinute: defineInt('MINOOTS_GUESSES_PER_MINUTE', {
    default: DEFAULTS.guessesPerMinute,
    description:
      'Requests a minute of one address, key or person that show unknown credentials or name teams of others.',
  }),
  newcomersPerHour: defineInt('MINOOTS_NEWCOMERS_PER_HOUR', {
    default: DEFAULTS.newcomersPerHour,
    description: 'People who may come for the first time from one address in an hour.',
  }),
};
