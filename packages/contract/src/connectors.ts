import * as z from 'zod';
import { JsonObject, JsonValue } from './primitives.ts';

/** The secret that an action uses: its name, plain or as `${secret.NAME}`. */
export const SecretReference = z
  .string()
  .regex(
    /^(?:[A-Za-z_][A-Za-z0-9_]{0,62}|\$\{secret\.[A-Za-z_][A-Za-z0-9_]{0,62}\})$/,
    'must name a secret, such as SLACK_WEBHOOK_URL',
  )
  .meta({ example: 'SLACK_WEBHOOK_URL' });

const text = z.string().min(1).max(4000);

export const slackFields = {
  /** Holds the URL of an incoming webhook; SLACK_WEBHOOK_URL unless told. */
  secret: SecretReference.optional(),
  /** Only webhooks of the older kind post elsewhere than in their own channel. */
  channel: z.string().min(1).max(80).optional(),
  /** Also what notifications show of `blocks`. One of the two has to be there. */
  text: text.optional(),
  /** Block Kit; strings in it are templates. */
  blocks: z.array(JsonObject).min(1).max(50).optional(),
};

export const discordFields = {
  /** Holds the URL of a webhook; DISCORD_WEBHOOK_URL unless told. */
  secret: SecretReference.optional(),
  /** One of this and `embeds` has to be there. */
  text: z.string().min(1).max(2000).optional(),
  embeds: z.array(JsonObject).min(1).max(10).optional(),
};

export const pagerdutyFields = {
  /** Holds the integration's routing key; PAGERDUTY_ROUTING_KEY unless told. */
  secret: SecretReference.optional(),
  /** `error` unless told. */
  severity: z.enum(['critical', 'error', 'warning', 'info']).optional(),
  summary: z.string().min(1).max(1024),
  /** Alerts of the same key are one incident; the id of the delivery unless told. */
  dedup_key: z.string().min(1).max(255).optional(),
};

export const cloudFunctionFields = {
  url: z
    .url({ protocol: /^https?$/, error: 'must be an http or https URL' })
    .max(2048)
    .meta({ example: 'https://us-central1-project.cloudfunctions.net/report' }),
  /** For whom the identity token is; the URL without its query unless told. Of the same origin as the URL. */
  audience: z.string().min(1).max(2048).optional(),
  /** Replaces the standard body of webhooks. Any JSON; strings in it are templates. */
  body: JsonValue.optional(),
};
