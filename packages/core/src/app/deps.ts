import type { PlanId, Receipt, SharePermission } from '@minoots/contract';
import type { ActionRegistry } from '../actions/performer.ts';
import type { AccountRemover } from '../ports/account-remover.ts';
import type { AlarmClock } from '../ports/alarm-clock.ts';
import type { ApiKeyStore } from '../ports/api-key-store.ts';
import type { AuditLog } from '../ports/audit-log.ts';
import type { Principal } from '../ports/authenticator.ts';
import type { BudgetStore } from '../ports/budget-store.ts';
import type { Clock } from '../ports/clock.ts';
import type { ContextStore } from '../ports/context-store.ts';
import type { DeletedTeams } from '../ports/deleted-teams.ts';
import type { EndpointStore } from '../ports/endpoint-store.ts';
import type { EventFeed } from '../ports/event-feed.ts';
import type { InboxStore } from '../ports/inbox-store.ts';
import type { Logger } from '../ports/logger.ts';
import type { Plans } from '../ports/plans.ts';
import type { QuotaLedger } from '../ports/quota-ledger.ts';
import type { Random } from '../ports/random.ts';
import type { RealTime } from '../ports/real-time.ts';
import type { RunnerStore } from '../ports/runner-store.ts';
import type { ScheduleStore } from '../ports/schedule-store.ts';
import type { SecretStore } from '../ports/secret-store.ts';
import type { ShareStore } from '../ports/share-store.ts';
import type { TargetGuard } from '../ports/target-guard.ts';
import type { TeamEraser } from '../ports/team-eraser.ts';
import type { TeamStore } from '../ports/team-store.ts';
import type { TextRecords } from '../ports/text-records.ts';
import type { TimerStore } from '../ports/timer-store.ts';

/** What an engine gives the use cases. */
export interface Deps {
  timers: TimerStore;
  context: ContextStore;
  budgets: BudgetStore;
  quotas: QuotaLedger;
  namedSecrets: SecretStore;
  apiKeys: ApiKeyStore;
  schedules: ScheduleStore;
  runners: RunnerStore;
  teams: TeamStore;
  audit: AuditLog;
  deletedTeams: DeletedTeams;
  eraser: TeamEraser;
  /** Null where people have their accounts with somebody else. */
  accounts: AccountRemover | null;
  /** The team and the person that an engine for one person cannot do without; null of one for everybody. */
  local: { teamId: string; userId: string } | null;
  textRecords: TextRecords;
  plans: Plans;
  inbox: InboxStore;
  endpoints: EndpointStore;
  shares: ShareStore;
  alarms: AlarmClock;
  events: EventFeed;
  guard: TargetGuard;
  performers: ActionRegistry;
  clock: Clock;
  random: Random;
  realTime: RealTime;
  logger: Logger;
  /** What this engine promises for a timer that it has just taken. */
  receipt: Receipt;
  /** The plan that new teams begin with. */
  startPlan: PlanId;
  /** Whether people come by the single sign-on that their team sets, and by nothing else. */
  hasSignOn: boolean;
  /** How long the enterprise plan keeps a timer once it has ended, in ms. */
  enterpriseHistoryMs: number;
}

/** Who asks, and under which name the request is remembered so that a repeat changes nothing. */
export interface RequestContext {
  principal: Principal;
  /** Digest of the idempotency key; absent without one. */
  commandId?: string;
  /** What the one who asks may do with the timer in question as a guest of the team; absent where it is their own. */
  guestPermissions?: SharePermission[];
}
