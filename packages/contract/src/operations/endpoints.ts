import * as z from 'zod';
import {
  Endpoint,
  EndpointPage,
  ListEndpointsQuery,
  PauseEndpointRequest,
  PauseUrlRequest,
} from '../endpoints.ts';
import { EndpointId } from '../primitives.ts';
import { noFields, type Operation } from './operation.ts';

const endpointParams = z.strictObject({ id: EndpointId });

export const endpointOperations = {
  listEndpoints: {
    method: 'GET',
    path: '/v1/endpoints',
    tag: 'endpoints',
    scope: 'timers:read',
    summary: 'List endpoints that fail or are paused',
    query: ListEndpointsQuery,
    status: 200,
    output: EndpointPage,
    errors: ['invalid_cursor'],
  },
  pauseUrl: {
    method: 'POST',
    path: '/v1/endpoints/pause',
    tag: 'endpoints',
    scope: 'timers:fire',
    summary: 'Make no attempts at a URL until it is resumed',
    body: PauseUrlRequest,
    status: 200,
    output: Endpoint,
    errors: [],
  },
  getEndpoint: {
    method: 'GET',
    path: '/v1/endpoints/{id}',
    tag: 'endpoints',
    scope: 'timers:read',
    summary: 'Read what is known of an endpoint',
    params: endpointParams,
    status: 200,
    output: Endpoint,
    errors: ['not_found'],
  },
  pauseEndpoint: {
    method: 'POST',
    path: '/v1/endpoints/{id}/pause',
    tag: 'endpoints',
    scope: 'timers:fire',
    summary: 'Make no attempts at an endpoint until it is resumed',
    params: endpointParams,
    body: PauseEndpointRequest,
    bodyOptional: true,
    status: 200,
    output: Endpoint,
    errors: ['not_found'],
  },
  resumeEndpoint: {
    method: 'POST',
    path: '/v1/endpoints/{id}/resume',
    tag: 'endpoints',
    scope: 'timers:fire',
    summary: 'Make attempts at an endpoint again, and send what was postponed',
    params: endpointParams,
    body: noFields,
    bodyOptional: true,
    status: 200,
    output: Endpoint,
    errors: ['not_found', 'invalid_state'],
  },
} as const satisfies Record<string, Operation>;
