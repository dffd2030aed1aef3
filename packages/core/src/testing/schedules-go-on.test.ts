import { memoryScheduleStore } from './memory-schedule-store.ts';
import { memoryTimerStore } from './memory-timer-store.ts';
import { schedulesGoOnContract } from './schedules-go-on.contract.ts';

const open = async () => ({
  timers: memoryTimerStore(),
  schedules: memoryScheduleStore(),
  close: async () => {},
});

schedulesGoOnContract('an engine in memory', open, 1);
