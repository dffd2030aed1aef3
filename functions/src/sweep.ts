import { instance } from './instance.ts';
import { cloudLogger } from './logger.ts';

/** Arms what has no task and what is overdue, helps schedules on, and logs what there was to do. */
export async function sweep(): Promise<void> {
  const engine = await instance();
  const { erased, ...counts } = await engine.sweep();
  const hasWorked = Object.values(counts).some((count) => count > 0);
  if (erased > 0) cloudLogger.info({ erased }, 'the sweep went on with deleted teams');
  if (hasWorked)
    cloudLogger.warn(counts, 'the sweep made up for alarms and schedules that were lost or late');
}
