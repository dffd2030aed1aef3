import { timerStoreContract } from '../ports/timer-store.contract.ts';
import { memoryTimerStore } from './memory-timer-store.ts';

timerStoreContract('memoryTimerStore', async () => ({ store: memoryTimerStore(), close: async () => {} }));
