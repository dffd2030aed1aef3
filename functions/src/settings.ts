import type { PlanId } from '@minoots/contract';
import * as z from 'zod';
import type { StripeSettings } from './billing/stripe-payments.ts';

/** How many queues there can be. Each takes 500 timers a second. */
export const MAX_FIRE_QUEUES = 100;

/** Of the settings that both the deployment and the engine read. */
export const DEFAULTS: {
  region: string;
  fireTimeoutSeconds: number;
  historyDays: number;
  corsOrigins: string[];
  startPlan: PlanId;
  guessesPerMinute: number;
  newcomersPerHour: number;
} = {
  region: 'us-central1',
  fireTimeoutSeconds: 300,
  historyDays: 1_095,
  corsOrigins: [],
  startPlan: 'free',
  guessesPerMinute: 60,
  newcomersPerHour: 60,
};

/** The names of the plans; their table is nothing that a start should load. */
const PLANS = ['free', 'pro', 'enterprise'] as const satisfies PlanId[];

const flag = z
  .enum(['true', 'false', '1', '0'], { error: 'must be true or false' })
  .transform((text) => text === 'true' || text === '1');
const whole = (min: number, max: number) =>
  z.coerce
    .number({ error: 'must be a number' })
    .pipe(z.int({ error: 'must be a whole number' }).min(min, `must be at least ${min}`))
    .pipe(z.number().max(max, `must be at most ${max}`));
const origin = z.string().refine(isOrigin, 'must list origins such as https://app.example.com');

/** Which functions there are: read while they are discovered, when params have no value yet. */
const Deployment = z.object({
  /** How many queues share the timers. */
  MINOOTS_FIRE_QUEUES: whole(1, MAX_FIRE_QUEUES).default(1),
  /** Email of the account that the functions run as, and that tasks call them with. */
  MINOOTS_SERVICE_ACCOUNT: z.email({ error: 'must be the email of a service account' }).optional(),
  /** Whether the functions are given MINOOTS_SECRET_KEY from Secret Manager, where it has to be then. */
  MINOOTS_SECRETS: flag.default(false),
  /** Whether teams pay by Stripe: the functions are given its secrets from Secret Manager, where they have to be then. */
  MINOOTS_BILLING: flag.default(false),
  /** Whether teams can have single sign-on: there are functions then that Identity Platform asks before it lets people in. */
  MINOOTS_SSO: flag.default(false),
});

const STRIPE_SETTINGS = [
  'MINOOTS_STRIPE_KEY',
  'MINOOTS_STRIPE_WEBHOOK_SECRET',
  'MINOOTS_STRIPE_PRICE_PRO',
  'MINOOTS_STRIPE_PRICE_ENTERPRISE',
] as const;

const Engine = Deployment.extend({
  GCLOUD_PROJECT: z.string({ error: 'is missing: it names the project' }),
  MINOOTS_REGION: z.string().default(DEFAULTS.region),
  MINOOTS_FIRE_TIMEOUT_SECONDS: whole(120, 1800).default(DEFAULTS.fireTimeoutSeconds),
  MINOOTS_HISTORY_DAYS: whole(1, 3650).default(DEFAULTS.historyDays),
  MINOOTS_CORS_ORIGINS: z.string().transform(toList).pipe(z.array(origin)).default(DEFAULTS.corsOrigins),
  /** The plan that new teams begin with. */
  MINOOTS_START_PLAN: z.enum(PLANS, { error: 'must be free, pro or enterprise' }).default(DEFAULTS.startPlan),
  /** What seals the secrets of teams. */
  MINOOTS_SECRET_KEY: z.string().default(''),
  /** What Stripe knows the service by. */
  MINOOTS_STRIPE_KEY: z.string().optional(),
  /** What Stripe signs its messages with. */
  MINOOTS_STRIPE_WEBHOOK_SECRET: z.string().optional(),
  /** The prices of the plans at Stripe, `price_…`. */
  MINOOTS_STRIPE_PRICE_PRO: z.string().optional(),
  MINOOTS_STRIPE_PRICE_ENTERPRISE: z.string().optional(),
  /** Email of the account in whose name `cloud_function` actions call. */
  MINOOTS_CALLER_ACCOUNT: z.email({ error: 'must be the email of a service account' }).optional(),
  /** Requests a minute that may show unknown credentials, or name teams of others. */
  MINOOTS_GUESSES_PER_MINUTE: whole(1, 1_000_000).default(DEFAULTS.guessesPerMinute),
  /** People who may come for the first time from one address in an hour. */
  MINOOTS_NEWCOMERS_PER_HOUR: whole(1, 1_000_000).default(DEFAULTS.newcomersPerHour),
  /** Set by the functions emulator. */
  FUNCTIONS_EMULATOR: flag.default(false),
  /** Where the emulated functions are called. */
  MINOOTS_FUNCTIONS_URL: z.url({ error: 'must be a URL' }).default('http://127.0.0.1:5001'),
  /** `host:port` of the Cloud Tasks emulator. */
  CLOUD_TASKS_EMULATOR_HOST: z.string().optional(),
  /** `host:port` of the Auth emulator, which Google's library reads by itself. */
  FIREBASE_AUTH_EMULATOR_HOST: z.string().optional(),
  /** `virtual` stands still and is moved by POST /v1/clock/advance. */
  MINOOTS_CLOCK: z.enum(['real', 'virtual'], { error: 'must be real or virtual' }).default('real'),
  /** Whether webhooks may go to private addresses. */
  MINOOTS_ALLOW_PRIVATE_TARGETS: flag.default(false),
  /** `address:port` of the name servers that say whose a domain is, separated by commas. */
  MINOOTS_NAME_SERVERS: z.string().transform(toList).optional(),
})
  .refine((env) => env.FUNCTIONS_EMULATOR || env.MINOOTS_CLOCK === 'real', {
    path: ['MINOOTS_CLOCK'],
    error: 'may be virtual in the emulator alone',
  })
  .superRefine((env, ctx) => {
    if (!env.MINOOTS_BILLING) return;
    for (const name of STRIPE_SETTINGS) {
      if (env[name] === undefined)
        ctx.addIssue({ code: 'custom', path: [name], message: 'is missing: MINOOTS_BILLING asks for it' });
    }
  })
  // With it, whoever claims to be somebody is believed.
  .refine((env) => env.FUNCTIONS_EMULATOR || env.FIREBASE_AUTH_EMULATOR_HOST === undefined, {
    path: ['FIREBASE_AUTH_EMULATOR_HOST'],
    error: 'may be set in the emulator alone',
  })
  // With it, whoever runs it could make any domain theirs.
  .refine((env) => env.FUNCTIONS_EMULATOR || env.MINOOTS_NAME_SERVERS === undefined, {
    path: ['MINOOTS_NAME_SERVERS'],
    error: 'may be set in the emulator alone',
  })
  // In the cloud a webhook could read the credentials of the metadata server.
  .refine((env) => env.FUNCTIONS_EMULATOR || !env.MINOOTS_ALLOW_PRIVATE_TARGETS, {
    path: ['MINOOTS_ALLOW_PRIVATE_TARGETS'],
    error: 'may be true in the emulator alone',
  });

/** What the engine is started with. */
export interface EngineSettings {
  projectId: string;
  region: string;
  /** There are the queues `fire0` to `fire<fireQueues - 1>`. */
  fireQueues: number;
  /** How long the handler of a task may take. */
  fireTimeoutSeconds: number;
  /** Email of the account that tasks call functions with; null for the project's default one. */
  serviceAccount: string | null;
  /** What seals the secrets of teams: keys as `readSecretKeys` of the core has them; empty when there are none. */
  secretKeys: string;
  /** How teams pay; null where they do not. */
  stripe: Omit<StripeSettings, 'server'> | null;
  /** Email of the account in whose name functions are called; null when none are. */
  callerAccount: string | null;
  /** How long the enterprise plan keeps a settled timer. */
  historyDays: number;
  /** As browsers send them: scheme, host and port. */
  corsOrigins: readonly string[];
  /** The plan that new teams begin with. */
  startPlan: PlanId;
  /** Whether Identity Platform asks before it lets people in. */
  sso: boolean;
  /** Of one address, key or person. */
  guessesPerMinute: number;
  /** Of one address. */
  newcomersPerHour: number;
  /** `address:port` of what is asked about claimed domains; null for those of the system. */
  nameServers: readonly string[] | null;
  clock: 'real' | 'virtual';
  allowPrivateTargets: boolean;
  /** `host:port` of a Cloud Tasks emulator; null for the real service. */
  tasksEmulatorHost: string | null;
  /** URL of the function that answers the tasks of a queue, counted from 0; also the audience of their tokens. */
  fireUrl(queue: number): string;
}

/** A setting has a value that it cannot have. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
}

/** How many queues there are, who the functions run as, and which secrets they get. @throws SettingsError that names the variable */
export function readDeployment(environment: NodeJS.ProcessEnv): Pick<
  EngineSettings,
  'fireQueues' | 'serviceAccount'
> & {
  secrets: boolean;
  billing: boolean;
  sso: boolean;
} {
  const env = read(Deployment, environment);
  return {
    fireQueues: env.MINOOTS_FIRE_QUEUES,
    serviceAccount: env.MINOOTS_SERVICE_ACCOUNT ?? null,
    secrets: env.MINOOTS_SECRETS,
    billing: env.MINOOTS_BILLING,
    sso: env.MINOOTS_SSO,
  };
}

/** The settings of a running function. @throws SettingsError that names the variable */
export function readEngineSettings(environment: NodeJS.ProcessEnv = process.env): EngineSettings {
  const env = read(Engine, environment);
  const { GCLOUD_PROJECT: projectId, MINOOTS_REGION: region } = env;
  const functionsUrl = env.FUNCTIONS_EMULATOR
    ? `${env.MINOOTS_FUNCTIONS_URL.replace(/\/+$/, '')}/${projectId}/${region}`
    : `https://${region}-${projectId}.cloudfunctions.net`;
  return {
    projectId,
    region,
    fireQueues: env.MINOOTS_FIRE_QUEUES,
    fireTimeoutSeconds: env.MINOOTS_FIRE_TIMEOUT_SECONDS,
    serviceAccount: env.MINOOTS_SERVICE_ACCOUNT ?? null,
    secretKeys: env.MINOOTS_SECRET_KEY,
    stripe: stripeOf(env),
    callerAccount: env.MINOOTS_CALLER_ACCOUNT ?? null,
    historyDays: env.MINOOTS_HISTORY_DAYS,
    corsOrigins: env.MINOOTS_CORS_ORIGINS,
    startPlan: env.MINOOTS_START_PLAN,
    sso: env.MINOOTS_SSO,
    guessesPerMinute: env.MINOOTS_GUESSES_PER_MINUTE,
    newcomersPerHour: env.MINOOTS_NEWCOMERS_PER_HOUR,
    nameServers: env.MINOOTS_NAME_SERVERS ?? null,
    clock: env.MINOOTS_CLOCK,
    allowPrivateTargets: env.MINOOTS_ALLOW_PRIVATE_TARGETS,
    tasksEmulatorHost: env.CLOUD_TASKS_EMULATOR_HOST ?? null,
    fireUrl: (queue) => `${functionsUrl}/fire${queue}`,
  };
}

function stripeOf(env: z.output<typeof Engine>): EngineSettings['stripe'] {
  if (!env.MINOOTS_BILLING) return null;
  return {
    secretKey: env.MINOOTS_STRIPE_KEY ?? '',
    webhookSecret: env.MINOOTS_STRIPE_WEBHOOK_SECRET ?? '',
    prices: {
      pro: env.MINOOTS_STRIPE_PRICE_PRO ?? '',
      enterprise: env.MINOOTS_STRIPE_PRICE_ENTERPRISE ?? '',
    },
  };
}

/** An empty variable counts as absent. */
function read<T>(schema: z.ZodType<T>, environment: NodeJS.ProcessEnv): T {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map(({ path, message }) => `${String(path[0])} ${message}`);
  throw new SettingsError(faults.join('; '));
}

/** A list as people write it (`a,b`), or as the deploying tool passes it on (`["a","b"]`). */
function toList(text: string): string[] {
  const entries = text.replace(/^\[|\]$/g, '').split(',');
  return entries.map((entry) => entry.trim().replace(/^["']|["']$/g, '')).filter((entry) => entry !== '');
}

function isOrigin(text: string): boolean {
  return URL.canParse(text) && new URL(text).origin === text;
}
