import { budgetStoreContract } from '../ports/budget-store.contract.ts';
import { quotaLedgerContract } from '../ports/quota-ledger.contract.ts';
import { memoryBudgetStore } from './memory-budget-store.ts';
import { memoryQuotaLedger } from './memory-quota-ledger.ts';
import { memoryTimerStore } from './memory-timer-store.ts';

budgetStoreContract('memoryBudgetStore', async () => {
  const store = memoryBudgetStore();
  return { store, reopen: async () => store, close: async () => {} };
});
quotaLedgerContract('memoryQuotaLedger', async () => {
  const timers = memoryTimerStore();
  return { ledger: memoryQuotaLedger(timers), timers, close: async () => {} };
});
