import type { ActionType, JobAction, JobType } from '@minoots/contract';
import type { ActionByType, ServiceActionType } from '../domain/action.ts';
import type { ActionReader } from '../domain/action-parse.ts';
import type { Clock } from '../ports/clock.ts';
import type { IdTokenSource } from '../ports/id-token-source.ts';
import type { SigningSecretStore } from '../ports/signing-secret-store.ts';
import type { SenderDeps, Unsendable } from './http-sender.ts';
import type { ActionPerformer, AttemptContext } from './performer.ts';
import type { PostMessage } from './post.ts';
import type { SpawnTimer } from './spawn.ts';

/** What an engine gives those who perform actions. */
export interface PerformerDeps extends SenderDeps {
  /** The time of timers; virtual where the engine's is. */
  clock: Clock;
  /** The secrets that sign webhooks. */
  secrets: Pick<SigningSecretStore, 'forTeam'>;
  /** Puts messages into inboxes. */
  post: PostMessage;
  /** Makes identity tokens; null where the engine has none to give. */
  idTokens: IdTokenSource | null;
  /** Makes timers. */
  spawn: SpawnTimer;
  /** Where the services of vendors are; the real ones unless told. */
  vendors?: { pagerduty: string };
}

/** All there is to know of a type of action: how it is read from requests, and how it is carried out. */
export type ActionKind<T extends ActionType> = T extends JobType
  ? JobKind<T>
  : T extends ServiceActionType
    ? PerformedKind<T>
    : never;

/** A type of action that the service performs. */
export interface PerformedKind<T extends ServiceActionType> extends ActionReader<T> {
  /** The URL that such an action calls, so far as it stands in the action itself: looked at by the guard at creation. */
  target?(action: ActionByType[T]): string;
  createPerformer(deps: PerformerDeps): ActionPerformer<ActionByType[T]>;
}

/** A type of action that runners carry out. */
export interface JobKind<T extends JobType> extends ActionReader<T> {
  /**
   * What the runner that takes an attempt is to do, with all placeholders filled in; or why that is not to be done at all.
   * @param at when the runner took it, in epoch ms
   */
  describeJob(action: ActionByType[T], context: AttemptContext, at: number): JobAction | Unsendable;
}

/** One kind per action type. */
export type ActionKinds = { readonly [T in ActionType]: ActionKind<T> };
