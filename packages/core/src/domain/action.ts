import type { JsonValue } from '@minoots/contract';

/** An action in its long form, durations resolved to ms. Strings may hold placeholders until an attempt renders them. */
export type Action = WebhookAction | MessageAction;

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
