import type { ActionRequest, ActionSet, ActionType, JsonValue } from '@minoots/contract';

/** An action in its long form, durations resolved to ms. Strings may hold placeholders until an attempt renders them. */
export type Action = WebhookAction | MessageAction | ActionAsRequested;

/** The action of each type. */
export type ActionByType = { [T in ActionType]: Extract<Action, { type: T }> };

/** What requests say of an action of each type in its long form. */
export type ActionFields = { [T in ActionType]: Exclude<ActionSet[T], string | undefined> };

export interface WebhookAction {
  type: 'webhook';
  url: string;
  method: 'POST' | 'PUT' | 'PATCH' | 'GET' | 'DELETE';
  headers: Record<string, string>;
  /** Replaces the standard body; null sends the standard one. */
  body: { value: JsonValue } | null;
  timeoutMs: number;
}

export interface MessageAction {
  type: 'message';
  text: string;
  toAgent: string | null;
}

/** What is kept as its request has it, with the time that one attempt may take. */
type ActionAsRequested = Exclude<ActionRequest, { type: 'webhook' | 'message' }> & { timeoutMs: number };
