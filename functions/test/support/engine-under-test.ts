import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { getRequestListener } from '@hono/node-server';
import { TEAM_KEY_SCOPES } from '@minoots/contract';
import { generateSecretKey, type Logger, type PaymentService, unreadableRequest } from '@minoots/core';
import type { ServerUnderTest } from '@minoots/core/testing';
import { silentLogger, startNameServer } from '@minoots/core/testing';
import type { Firestore } from 'firebase-admin/firestore';
import { storesOf, workOnKeys } from '../../src/admin/create-key.ts';
import { CloudTaskQueues } from '../../src/alarms/task-queues.ts';
import { composeEngine, type Engine } from '../../src/engine.ts';
import { FirebaseAccounts } from '../../src/identity/firebase-accounts.ts';
import { FirebaseIdTokens } from '../../src/identity/firebase-id-tokens.ts';
import { type Arrival, AuthServer } from './auth-server.ts';
import { CloudTasksServer } from './cloud-tasks-server.ts';

const QUEUES = 4;

export interface EngineUnderTest extends ServerUnderTest {
  signIn(person: Arrival): Promise<string>;
  engine: Engine;
  tasks: CloudTasksServer;
  auth: AuthServer;
  /** Requests that came in so far, dispatched tasks among them. */
  requests(): number;
}

interface EngineChoices {
  logger?: Logger;
  /** Takes money for plans; null where nobody pays. */
  payments?: PaymentService | null;
  /** Whether teams can have single sign-on. */
  sso?: boolean;
  /** As many as the suites sign in unless told. */
  newcomersPerHour?: number;
}

/**
 * The engine over a database and a Cloud Tasks in this process, on HTTP: API and tasks come in by one port.
 * @param clock `virtual` stands still until it is moved
 */
export async function startEngineUnderTest(
  firestore: Firestore,
  clock: 'real' | 'virtual' = 'virtual',
  { logger = silentLogger, payments = null, sso = true, newcomersPerHour = 100_000 }: EngineChoices = {},
): Promise<EngineUnderTest> {
  const tasks = await CloudTasksServer.start();
  const server = createServer();
  const baseUrl = await listen(server);
  const queues = new CloudTaskQueues({
    project: 'demo-minoots',
    region: 'us-central1',
    count: QUEUES,
    urlOf: (queue) => `${baseUrl}/fire${queue}`,
    serviceAccount: 'tasks@demo-minoots.iam.gserviceaccount.com',
    dispatchDeadlineMs: 60_000,
    emulatorHost: tasks.host,
  });
  const auth = await AuthServer.start();
  const names = await startNameServer();
  const engine = composeEngine({
    firestore,
    queues,
    clock,
    historyDays: 30,
    corsOrigins: ['https://app.example.com'],
    allowPrivateTargets: true,
    secretKeys: generateSecretKey(),
    idTokens: { tokenFor: async (audience) => `token for ${audience}` },
    users: new FirebaseIdTokens(async () => auth.client),
    accounts: new FirebaseAccounts(async () => auth.client),
    payments,
    startPlan: 'pro',
    sso,
    // The suites ask for teams of others by the hundred.
    guessesPerMinute: 100_000,
    newcomersPerHour,
    nameServers: [names.address],
    logger,
  });
  const serveApi = getRequestListener(engine.api.fetch, { errorHandler: unreadableRequest });
  let requests = 0;
  server.on('request', (request, response) => {
    requests++;
    const isTask = request.url?.startsWith('/fire') ?? false;
    void (isTask ? serveTask(engine, request, response) : serveApi(request, response));
  });
  const { output: key } = await workOnKeys(storesOf(firestore), {
    teamId: 'team_a',
    work: { type: 'create', name: 'under test', scopes: TEAM_KEY_SCOPES, kind: 'test', plan: 'enterprise' },
  });
  const { output: operatorKey } = await workOnKeys(storesOf(firestore), {
    teamId: 'team_operators',
    work: { type: 'create', name: 'operator', scopes: ['service:admin'], kind: 'test', plan: 'enterprise' },
  });
  return {
    baseUrl,
    key,
    operatorKey,
    engine,
    tasks,
    auth,
    requests: () => requests,
    signIn: async (person) => auth.signIn(person),
    publish: names.publish,
    advance: (byMs) => advance(baseUrl, key, byMs),
    close: async () => {
      await engine.close();
      await tasks.close();
      await queues.close();
      await auth.close();
      await names.close();
      server.close();
      server.closeAllConnections();
    },
  };
}

/** As `onTaskDispatched` does: what the handler throws becomes a 500, upon which the task comes again. */
async function serveTask(engine: Engine, request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    await engine.handleTask(JSON.parse(await text(request)).data);
    response.writeHead(204).end();
  } catch {
    response.writeHead(500).end();
  }
}

async function listen(server: ReturnType<typeof createServer>): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', resolve);
  await promise;
  const { port } = server.address() as AddressInfo;
  return `http://127.0.0.1:${port}`;
}

async function advance(baseUrl: string, key: string, byMs: number): Promise<void> {
  const response = await fetch(`${baseUrl}/v1/clock/advance`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}` },
    body: JSON.stringify({ by: byMs }),
  });
  if (!response.ok) throw new Error(`the clock did not move: ${await response.text()}`);
  await response.arrayBuffer();
}
