import { describe, expect, it } from '@jest/globals';
import type { PortableSchedule, PortableTimer } from '@minoots/contract';
import * as z from 'zod';
import { Portability } from './portability.ts';

function portable(id: string, parents: string[] = [], text = ''): PortableTimer {
  return {
    type: 'timer',
    version: 1,
    id,
    name: 'tea',
    agent_id: null,
    labels: {},
    metadata: { text },
    created_at: '2030-01-31T09:00:00.000Z',
    generation: 1,
    clock: { status: 'waiting', duration_ms: 1_000 },
    events: {},
    retry: 'standard',
    conditions: null,
    on_unmet: null,
    depends_on: parents.map((parent) => ({ id: parent, outcome: null, at: null })),
    depends_on_when: 'fired',
    on_dependency_failure: 'cancel',
    has_dependents: true,
    progress_told: 0,
    line_ended: false,
    touch_ms: null,
    schedule_id: null,
    lineage: null,
    fingerprint: null,
    deliveries: [],
  };
}

const Sent = z.object({ data: z.array(z.object({ id: z.string() })) });

/** A client of a server that takes all it is sent, and what it was sent. */
function importing(): { client: Portability; sent: string[][] } {
  const sent: string[][] = [];
  const client = new Portability(async (_, parts) => {
    const { data } = Sent.parse(parts?.body);
    sent.push(data.map(({ id }) => id));
    const results = data.map(({ id }) => ({ status: 201, id }));
    return { imported: data.length, unchanged: 0, refused: 0, results } as never;
  });
  return { client, sent };
}

describe('importAll', () => {
  it('sends each timer after those that it waits for, in parts of 1,000, and gives results in the order it was given', async () => {
    const chain = Array.from({ length: 2_500 }, (_, index) =>
      portable(`t${index}`, index === 2_499 ? [] : [`t${index + 1}`]),
    );
    const { client, sent } = importing();
    const { imported, results } = await client.importAll(chain);
    expect(sent.map(({ length }) => length)).toEqual([1_000, 1_000, 500]);
    expect(sent.flat()).toEqual(chain.map(({ id }) => id).reverse());
    expect(imported).toBe(2_500);
    expect(results).toEqual(chain.map(({ id }) => ({ status: 201, id })));
  });

  it('sends schedules first, whose occurrences timers may wait for', async () => {
    const schedule: PortableSchedule = {
      type: 'schedule',
      version: 1,
      id: 'sch_1',
      name: 'hourly',
      created_at: '2030-01-31T09:00:00.000Z',
      status: 'active',
      timing: { every_ms: 3_600_000, anchor_at: '2030-01-31T09:00:00.000Z' },
      jitter_ms: 0,
      overlap: 'skip',
      catch_up: 'none',
      template: {},
      revision: 1,
      next: { planned_at: '2030-01-31T10:00:00.000Z', fire_at: '2030-01-31T10:00:00.000Z' },
      occurrence: null,
      last_fired_timer_id: null,
      counts: { fired: 0, skipped: 0, missed: 0, cancelled: 0, runs: 0 },
      fingerprint: null,
    };
    const { client, sent } = importing();
    const { results } = await client.importAll([portable('a', ['b']), portable('b'), schedule]);
    expect(sent).toEqual([['sch_1', 'b', 'a']]);
    expect(results).toEqual(['a', 'b', 'sch_1'].map((id) => ({ status: 201, id })));
  });

  it('sends few large timers at once', async () => {
    const { client, sent } = importing();
    await client.importAll(Array.from({ length: 5 }, (_, n) => portable(`t${n}`, [], 'x'.repeat(1_000_000))));
    expect(sent.map(({ length }) => length)).toEqual([2, 2, 1]);
  });

  it('sends timers that wait for one another too: the server refuses them', async () => {
    const { client, sent } = importing();
    await client.importAll([portable('a', ['b']), portable('b', ['a'])]);
    expect(sent.flat().sort()).toEqual(['a', 'b']);
  });
});
