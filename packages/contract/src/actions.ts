import * as z from 'zod';
import { Conditions, OnUnmet } from './conditions.ts';
import { cloudFunctionFields, discordFields, pagerdutyFields, slackFields } from './connectors.ts';
import { CommandLine, commandFields, fileWriteFields } from './jobs.ts';
import { Duration, JsonValue } from './primitives.ts';
import { AgentId, Labels, Metadata, Name, timeFields } from './timer-fields.ts';

/** Where an action goes. Placeholders may stand in path, query and fragment. */
export const TargetUrl = z
  .url({ protocol: /^https?$/, error: 'must be an http or https URL' })
  .max(2048)
  .meta({ example: 'https://example.com/hooks/timer' });
const url = TargetUrl;
// biome-ignore lint/suspicious/noControlCharactersInRegex: a header value with a control character is header injection
const HEADER_VALUE = /^[^\u0000-\u0008\u000A-\u001F\u007F]*$/;
const headers = z.record(
  z.string().regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$/, 'is not a header name'),
  z.string().max(4096).regex(HEADER_VALUE, 'must not hold control characters'),
);

const webhookFields = {
  url,
  method: z.enum(['POST', 'PUT', 'PATCH', 'GET', 'DELETE']).optional(),
  headers: headers.optional(),
  /** Replaces the standard body. Any JSON; strings in it are templates. */
  body: JsonValue.optional(),
  /** How long one attempt may take: 100 ms to 60 s, 15 s unless told. */
  timeout: Duration.optional(),
};
const shortText = z.string().min(1).max(4000);
const messageFields = {
  text: shortText,
  /** Whose inbox it goes to: the timer's agent unless told, or the whole team where that has none either. */
  to_agent: AgentId.optional(),
  /** What goes with it for programs: up to 16 KiB of JSON. Strings in it are templates. */
  data: Metadata.optional(),
  /** How soon it is to be acknowledged: up to 29 days. */
  ack_within: Duration.optional(),
};

/**
 * How failed attempts are repeated. `standard` waits 5 s, 5 m, 30 m, 2 h, 5 h, 10 h, 14 h, 20 h, 24 h; `quick` 1 s, 5 s, 15 s, 30 s.
 * Unless told it is `standard`, or on the free plan three attempts, after 30 s and 5 m.
 */
export const Retry = z
  .union([
    z.enum(['standard', 'quick']),
    z.strictObject({
      max_attempts: z.int().min(1).max(30),
      initial: Duration.optional(),
      factor: z.number().min(1).max(10).optional(),
      max: Duration.optional(),
    }),
  ])
  .meta({ id: 'Retry' });
export type Retry = z.infer<typeof Retry>;

const timerFields = {
  name: Name,
  labels: Labels.optional(),
  metadata: Metadata.optional(),
  ...timeFields,
  retry: Retry.optional(),
  conditions: Conditions.optional(),
  /** `skip` unless told. Goes with `conditions`. */
  on_unmet: OnUnmet.optional(),
};

const plainRequests = [
  z.strictObject({ type: z.literal('webhook'), ...webhookFields }),
  z.strictObject({ type: z.literal('slack'), ...slackFields }),
  z.strictObject({ type: z.literal('discord'), ...discordFields }),
  z.strictObject({ type: z.literal('pagerduty'), ...pagerdutyFields }),
  z.strictObject({ type: z.literal('cloud_function'), ...cloudFunctionFields }),
  z.strictObject({ type: z.literal('command'), ...commandFields }),
  z.strictObject({ type: z.literal('file_write'), ...fileWriteFields }),
] as const;

const plainSet = {
  webhook: z.union([url, z.strictObject(webhookFields)]).optional(),
  /** Short: `#channel text`. */
  slack: z.union([shortText, z.strictObject(slackFields)]).optional(),
  /** Short: `#channel text`, of which the channel is for people to read. */
  discord: z.union([shortText, z.strictObject(discordFields)]).optional(),
  pagerduty: z.strictObject(pagerdutyFields).optional(),
  cloud_function: z.strictObject(cloudFunctionFields).optional(),
  /** Short: a script for the shell. */
  command: z.union([CommandLine, z.strictObject(commandFields)]).optional(),
  file_write: z.strictObject(fileWriteFields).optional(),
};

export type Fields<T extends z.core.$ZodLooseShape> = z.infer<z.ZodObject<T>>;

// What a message and the events of a timer that an action makes set off are such actions again: circles that have to be
// written out once.
export interface MadeMessage extends Fields<typeof messageFields> {
  escalate_to?: MadeTimerActions | undefined;
}
export interface MadeTimer extends Fields<typeof timerFields> {
  events?: MadeTimerEvents | undefined;
}
export interface MadeTimerActions extends Fields<typeof plainSet> {
  message?: string | MadeMessage | undefined;
  timer?: MadeTimer | undefined;
  actions?:
    | (
        | z.infer<(typeof plainRequests)[number]>
        | ({ type: 'message' } & MadeMessage)
        | ({ type: 'timer' } & MadeTimer)
      )[]
    | undefined;
}
export interface MadeTimerEvents {
  on_expire?: MadeTimerActions | undefined;
  on_cancel?: MadeTimerActions | undefined;
  on_failure?: MadeTimerActions | undefined;
  on_progress?: ({ at: string[] } & MadeTimerActions) | undefined;
}
export type EventsField = z.ZodOptional<z.ZodType<MadeTimerEvents>>;
export type ActionsField = z.ZodOptional<z.ZodType<MadeTimerActions>>;

/** A message in the long form. */
export const MessageTemplate = z
  .strictObject({
    ...messageFields,
    /** What to do when nobody has acknowledged it within `ack_within`. */
    get escalate_to(): ActionsField {
      return ActionSet.optional();
    },
  })
  .meta({ id: 'MessageTemplate' });
export type MessageTemplate = z.infer<typeof MessageTemplate>;

const messageRequest = z.strictObject({
  type: z.literal('message'),
  ...messageFields,
  get escalate_to(): ActionsField {
    return ActionSet.optional();
  },
});

/**
 * A timer that an action makes, of the same team and agent. Its time begins when it is made. Placeholders in name, labels
 * and metadata are filled then, those in its events when it acts.
 */
export const TimerTemplate = z
  .strictObject({
    ...timerFields,
    /** It may make timers in turn, up to ten in a line. */
    get events(): EventsField {
      return TimerEvents.optional();
    },
  })
  .meta({ id: 'TimerTemplate' });
export type TimerTemplate = z.infer<typeof TimerTemplate>;

const timerRequest = z.strictObject({
  type: z.literal('timer'),
  ...timerFields,
  get events(): EventsField {
    return TimerEvents.optional();
  },
});

/** One action in the long form of a list, told apart by `type`. */
export const ActionRequest = z
  .discriminatedUnion('type', [...plainRequests, messageRequest, timerRequest])
  .meta({ id: 'ActionRequest' });
export type ActionRequest = z.infer<typeof ActionRequest>;

const actionSet = {
  ...plainSet,
  /** Puts a message into an inbox. */
  message: z.union([shortText, MessageTemplate]).optional(),
  /** Makes a timer. */
  timer: TimerTemplate.optional(),
  actions: z.array(ActionRequest).max(10).optional(),
};

/** What to do at an event: short forms by kind, or a list of actions, or both. */
export const ActionSet = z.strictObject(actionSet).meta({ id: 'ActionSet' });
export type ActionSet = z.infer<typeof ActionSet>;

/** What to do when shares of the timer's span have passed. */
export const ProgressActionSet = z
  .strictObject({
    /** Above 0 % and below 100 %, such as `25%` or `99.5%`. */
    at: z
      .array(z.string().regex(/^(?!0+(\.0+)?%)\d{1,2}(\.\d{1,2})?%$/, 'must be above 0% and below 100%'))
      .min(1)
      .max(10),
    ...actionSet,
  })
  .meta({ id: 'ProgressActionSet' });
export type ProgressActionSet = z.infer<typeof ProgressActionSet>;

/** What a timer does, and when: as its time is up, it is cancelled, a delivery of its expiry fails for good, time passes. */
export const TimerEvents = z
  .strictObject({
    on_expire: ActionSet.optional(),
    on_cancel: ActionSet.optional(),
    on_failure: ActionSet.optional(),
    on_progress: ProgressActionSet.optional(),
  })
  .meta({ id: 'TimerEvents' });
export type TimerEvents = z.infer<typeof TimerEvents>;

/** Kinds of action. `command` and `file_write` are carried out by runners, the others by the service. */
export const ActionType = z.enum([
  'webhook',
  'slack',
  'discord',
  'pagerduty',
  'cloud_function',
  'command',
  'file_write',
  'message',
  'timer',
]);
export type ActionType = z.infer<typeof ActionType>;
