import { ExportPage, ExportQuery, ImportRequest, ImportResult } from '../moving.ts';
import type { Operation } from './operation.ts';

export const portabilityOperations = {
  exportTimers: {
    method: 'GET',
    path: '/v1/export',
    tag: 'timers',
    scope: 'timers:export',
    summary: 'Read timers that have not ended and schedules, whole, to move them to another server',
    query: ExportQuery,
    status: 200,
    output: ExportPage,
    errors: ['invalid_cursor'],
  },
  importTimers: {
    method: 'POST',
    path: '/v1/import',
    tag: 'timers',
    scope: 'timers:write',
    summary: 'Take up to 1,000 exported timers and schedules, with a result per item',
    body: ImportRequest,
    status: 200,
    output: ImportResult,
    errors: [],
  },
} as const satisfies Record<string, Operation>;
