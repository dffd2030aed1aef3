import * as z from 'zod';
import {
  DeliveryDetail,
  DeliveryPage,
  ListDeliveriesQuery,
  RedeliverManyRequest,
  RedeliverManyResult,
} from '../delivery.ts';
import { DeliveryId } from '../primitives.ts';
import * as t from '../timer.ts';
import { noFields, type Operation } from './operation.ts';

const deliveryParams = z.strictObject({ id: DeliveryId });

export const deliveryOperations = {
  listDeliveries: {
    method: 'GET',
    path: '/v1/deliveries',
    tag: 'deliveries',
    scope: 'timers:read',
    summary: 'List deliveries of all timers',
    query: ListDeliveriesQuery,
    status: 200,
    output: DeliveryPage,
    errors: ['invalid_cursor'],
  },
  redeliverMany: {
    method: 'POST',
    path: '/v1/deliveries/redeliver',
    tag: 'deliveries',
    scope: 'timers:fire',
    summary: 'Deliver again whatever has run out of attempts and matches',
    body: RedeliverManyRequest,
    bodyOptional: true,
    status: 200,
    output: RedeliverManyResult,
    errors: ['invalid_cursor'],
  },
  getDelivery: {
    method: 'GET',
    path: '/v1/deliveries/{id}',
    tag: 'deliveries',
    scope: 'timers:read',
    summary: 'Read a delivery with its target, its attempts and its timer',
    params: deliveryParams,
    status: 200,
    output: DeliveryDetail,
    errors: ['not_found'],
  },
  redeliver: {
    method: 'POST',
    path: '/v1/deliveries/{id}/redeliver',
    tag: 'deliveries',
    scope: 'timers:fire',
    summary: 'Deliver again with a fresh attempt count',
    params: deliveryParams,
    body: noFields,
    bodyOptional: true,
    status: 200,
    output: t.Timer,
    errors: ['not_found', 'delivery_unfinished'],
  },
} as const satisfies Record<string, Operation>;
