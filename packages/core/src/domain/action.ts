import type { ActionRequest, ActionSet, ActionType, JobType, JsonObject, JsonValue } from '@minoots/contract';

/** An action in its long form, durations resolved to ms. Strings may hold placeholders until an attempt renders them. */
export type Action = WebhookAction | MessageAction | RunnerAction | ActionAsRequested;

/** What runners carry out. */
export type RunnerAction = CommandAction | FileWriteAction;

/** Which runners may take it, and how soon. */
export interface ForRunners {
  /** Labels that the runner has to have. */
  runsOn: string[];
  /** How long it waits for one, in ms; absent where the request said nothing. */
  claimWithinMs?: number;
}

/** What the service carries out itself. */
export type ServiceAction = Exclude<Action, RunnerAction>;

/** The types of what the service carries out itself. */
export type ServiceActionType = Exclude<ActionType, JobType>;

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
  data?: JsonObject;
  /** How soon it is to be acknowledged, and what to do otherwise. */
  escalation?: { withinMs: number; actions: ActionSet };
}

export interface CommandAction extends ForRunners {
  type: 'command';
  run: string;
  /** Whether `run` is a script for the shell; else it is a program with its arguments. */
  shell: boolean;
  /** Null: the runner's own folder. */
  cwd: string | null;
  env: Record<string, string>;
  timeoutMs: number;
}

export interface FileWriteAction extends ForRunners {
  type: 'file_write';
  file: string;
  content: string;
  append: boolean;
}

/** What is kept as its request has it, with the time that one attempt may take. */
type ActionAsRequested = Exclude<ActionRequest, { type: 'webhook' | 'message' | JobType }> & {
  timeoutMs: number;
};

/** Whether a runner carries the action out, and not the service. */
export function isForRunner(action: Action): action is RunnerAction {
  return 'runsOn' in action;
}
