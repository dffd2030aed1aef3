import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import { ActiveCounts, REMEMBER_COUNT_MS } from './active-counts.ts';

describe('ActiveCounts', () => {
  let elapsedMs: number;
  let counts: ActiveCounts;
  const countActive = jest.fn<(teamId: string) => Promise<number>>();
  beforeEach(() => {
    elapsedMs = 0;
    countActive.mockReset().mockResolvedValue(3);
    counts = new ActiveCounts({ timers: { countActive }, realTime: { now: () => elapsedMs } });
  });

  it('counts the timers of a team once in ten seconds, however many ask at a time', async () => {
    const asked = await Promise.all(Array.from({ length: 20 }, () => counts.of('team_a')));
    elapsedMs = REMEMBER_COUNT_MS - 1;
    expect(new Set([...asked, await counts.of('team_a')])).toEqual(new Set([3]));
    expect(countActive).toHaveBeenCalledTimes(1);
    countActive.mockResolvedValue(4);
    elapsedMs++;
    expect(await counts.of('team_a')).toBe(4);
    expect(countActive).toHaveBeenCalledTimes(2);
  });

  it('counts each team by itself', async () => {
    countActive.mockImplementation(async (teamId) => (teamId === 'team_a' ? 1 : 2));
    expect([await counts.of('team_a'), await counts.of('team_b')]).toEqual([1, 2]);
  });

  it('counts again after the store has failed', async () => {
    countActive.mockRejectedValueOnce(new Error('out of reach'));
    await expect(counts.of('team_a')).rejects.toThrow('out of reach');
    expect(await counts.of('team_a')).toBe(3);
  });

  it('forgets the oldest where it remembers too many', async () => {
    for (let n = 0; n <= 1_000; n++) await counts.of(`team_${n}`);
    await counts.of('team_1000');
    expect(countActive).toHaveBeenCalledTimes(1_001);
    await counts.of('team_0');
    expect(countActive).toHaveBeenCalledTimes(1_002);
  });
});
