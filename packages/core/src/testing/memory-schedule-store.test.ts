import { scheduleStoreContract } from '../ports/schedule-store.contract.ts';
import { memoryScheduleStore } from './memory-schedule-store.ts';

scheduleStoreContract('memoryScheduleStore', async () => ({
  store: memoryScheduleStore(),
  close: async () => {},
}));
