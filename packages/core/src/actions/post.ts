import type { ActionSet, JsonObject } from '@minoots/contract';
import type { AttemptContext } from './performer.ts';

/** A message that a delivery asks for, with its placeholders filled. */
export interface MessageDraft {
  /** Null: to the whole team. */
  toAgent: string | null;
  text: string;
  data: JsonObject | null;
  /** How soon it is to be acknowledged, and what to do otherwise; null: at any time. */
  escalation: { withinMs: number; actions: ActionSet } | null;
}

/** The message that was posted, now or by an earlier attempt, or why it was not; `failed` is worth another attempt. */
export type PostOutcome = { messageId: string } | { refused: string } | { failed: string };

/**
 * Posts the message that a delivery asks for, once however often it is asked. Rejects with `StorageUnavailable` when that
 * is worth another attempt.
 */
export type PostMessage = (draft: MessageDraft, context: AttemptContext) => Promise<PostOutcome>;
