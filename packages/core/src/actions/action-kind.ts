import type { ActionType } from '@minoots/contract';
import type { ActionByType } from '../domain/action.ts';
import type { ActionReader } from '../domain/action-parse.ts';
import type { Clock } from '../ports/clock.ts';
import type { EventFeed } from '../ports/event-feed.ts';
import type { IdTokenSource } from '../ports/id-token-source.ts';
import type { SigningSecretStore } from '../ports/signing-secret-store.ts';
import type { SenderDeps } from './http-sender.ts';
import type { ActionPerformer } from './performer.ts';
import type { SpawnTimer } from './spawn.ts';

/** What an engine gives those who perform actions. */
export interface PerformerDeps extends SenderDeps {
  /** The time of timers; virtual where the engine's is. */
  clock: Clock;
  /** The secrets that sign webhooks. */
  secrets: SigningSecretStore;
  /** Where messages are posted. */
  publish: EventFeed['publish'];
  /** Makes identity tokens; null where the engine has none to give. */
  idTokens: IdTokenSource | null;
  /** Makes timers. */
  spawn: SpawnTimer;
  /** Where the services of vendors are; the real ones unless told. */
  vendors?: { pagerduty: string };
}

/** All there is to know of a type of action: how it is read from requests, and how it is performed. */
export interface ActionKind<T extends ActionType> extends ActionReader<T> {
  /** The URL that such an action calls, so far as it stands in the action itself: looked at by the guard at creation. */
  target?(action: ActionByType[T]): string;
  createPerformer(deps: PerformerDeps): ActionPerformer<ActionByType[T]>;
}

/** One kind per action type. */
export type ActionKinds = { readonly [T in ActionType]: ActionKind<T> };
