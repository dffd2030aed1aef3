import { AuditPage, AuditQuery } from '../audit.ts';
import type { Operation } from './operation.ts';

export const auditOperations = {
  listAuditLog: {
    method: 'GET',
    path: '/v1/audit-log',
    tag: 'teams',
    scope: 'audit:read',
    summary: 'List who changed what in the team, newest first',
    query: AuditQuery,
    status: 200,
    output: AuditPage,
    errors: ['invalid_cursor'],
  },
} as const satisfies Record<string, Operation>;
