import type { Me, OperationId } from '@minoots/contract';
import type { Carrier } from './carrier.ts';
import { type EventStreamOptions, followEvents, type StreamItem } from './events.ts';
import { Account } from './resources/account.ts';
import { Agents } from './resources/agents.ts';
import { ApiKeys } from './resources/api-keys.ts';
import { BillingResource } from './resources/billing.ts';
import { Context } from './resources/context.ts';
import { Deliveries } from './resources/deliveries.ts';
import { Endpoints } from './resources/endpoints.ts';
import { Portability } from './resources/portability.ts';
import { Runners } from './resources/runners.ts';
import { Schedules } from './resources/schedules.ts';
import { Secrets } from './resources/secrets.ts';
import { Service } from './resources/service.ts';
import { Shares } from './resources/shares.ts';
import { SignIn } from './resources/sign-in.ts';
import { Sso } from './resources/sso.ts';
import { Team } from './resources/team.ts';
import { Timers } from './resources/timers.ts';
import { type AnswerOf, type RequestParts, readAnswer, toWire } from './wire.ts';

/** Every operation of the API, as promises. */
export class MinootsClient {
  readonly timers: Timers;
  readonly deliveries: Deliveries;
  readonly agents: Agents;
  readonly endpoints: Endpoints;
  readonly portability: Portability;
  readonly billing: BillingResource;
  readonly context: Context;
  readonly secrets: Secrets;
  readonly apiKeys: ApiKeys;
  readonly schedules: Schedules;
  readonly team: Team;
  readonly signIn: SignIn;
  readonly sso: Sso;
  readonly account: Account;
  readonly runners: Runners;
  readonly service: Service;
  readonly shares: Shares;
  readonly #carrier: Carrier;
  readonly #readMe: () => Promise<Me>;

  constructor(carrier: Carrier) {
    this.#carrier = carrier;
    const call = async <K extends OperationId>(
      operationId: K,
      parts?: RequestParts,
      signal?: AbortSignal,
    ): Promise<AnswerOf<K>> =>
      readAnswer(operationId, await carrier.send(toWire(operationId, parts), signal));
    this.timers = new Timers(call);
    this.deliveries = new Deliveries(call);
    this.agents = new Agents(call);
    this.endpoints = new Endpoints(call);
    this.portability = new Portability(call);
    this.billing = new BillingResource(call);
    this.context = new Context(call);
    this.secrets = new Secrets(call);
    this.apiKeys = new ApiKeys(call);
    this.schedules = new Schedules(call);
    this.team = new Team(call);
    this.signIn = new SignIn(call);
    this.sso = new Sso(call);
    this.account = new Account(call);
    this.#readMe = () => call('getMe');
    this.runners = new Runners(call);
    this.service = new Service(call);
    this.shares = new Shares(call);
  }

  /** Who asks, in which team, and what they may do. */
  me(): Promise<Me> {
    return this.#readMe();
  }

  /**
   * What happens to timers, as it happens. Reconnects by itself and resumes where it was; where the server
   * cannot resume, it gives `{ type: 'stream.reset' }`, and what happened in between is to be read anew.
   * Ends when `signal` is aborted; throws MinootsError when the server refuses it.
   */
  events(options: EventStreamOptions): AsyncGenerator<StreamItem, void> {
    return followEvents((path, headers, signal) => this.#carrier.open(path, headers, signal), options);
  }
}
