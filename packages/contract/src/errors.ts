import * as z from 'zod';

/** Every error code of the API: HTTP status, title, and whether the same request may succeed later. */
export const ERRORS = {
  invalid_request: { status: 400, title: 'The request is not valid', retryable: false },
  malformed_json: { status: 400, title: 'The body is not JSON', retryable: false },
  invalid_cursor: { status: 400, title: 'The cursor is not one of this list', retryable: false },
  unauthenticated: { status: 401, title: 'No valid credentials', retryable: false },
  forbidden: {
    status: 403,
    title: 'It is more than the key, or the role in the team, allows',
    retryable: false,
  },
  not_found: { status: 404, title: 'No such resource', retryable: false },
  method_not_allowed: { status: 405, title: 'The resource has no such method', retryable: false },
  timer_exists: { status: 409, title: 'Another timer has this id', retryable: false },
  schedule_exists: { status: 409, title: 'Another schedule has this id', retryable: false },
  timer_already_fired: { status: 409, title: 'The timer has fired already', retryable: false },
  timer_settled: { status: 409, title: 'The timer has ended', retryable: false },
  invalid_state: { status: 409, title: 'The resource is not in a state for this', retryable: false },
  idempotency_in_flight: { status: 409, title: 'The first request is still under way', retryable: true },
  shown_once: {
    status: 409,
    title: 'The answer held a secret, which is shown once',
    retryable: false,
  },
  precondition_failed: { status: 412, title: 'The resource has changed since', retryable: false },
  payload_too_large: { status: 413, title: 'The body is too large', retryable: false },
  unsupported_media_type: { status: 415, title: 'The body must be JSON', retryable: false },
  target_refused: { status: 422, title: 'The target address is not allowed', retryable: false },
  context_full: { status: 422, title: 'The context of the team has no room', retryable: false },
  inbox_full: { status: 422, title: 'The inbox has no room', retryable: false },
  agent_over_budget: {
    status: 422,
    title: 'The agent has as many active timers as its budget allows',
    retryable: false,
  },
  agent_throttled: {
    status: 429,
    title: 'The agent has fired as often as its budget allows',
    retryable: true,
  },
  budgets_full: { status: 422, title: 'The team has as many budgets as it can have', retryable: false },
  unknown_parent: { status: 422, title: 'A timer to wait for does not exist', retryable: false },
  dependency_cycle: { status: 422, title: 'Timers would wait for one another', retryable: false },
  lineage_too_deep: {
    status: 422,
    title: 'Too many timers would come one of another',
    retryable: false,
  },
  unknown_secret: { status: 422, title: 'An action names a secret that does not exist', retryable: false },
  secrets_full: { status: 422, title: 'The team has as many secrets as it can have', retryable: false },
  action_unavailable: {
    status: 422,
    title: 'This service cannot carry out such an action',
    retryable: false,
  },
  unknown_placeholder: { status: 422, title: 'A template holds an unknown placeholder', retryable: false },
  idempotency_mismatch: {
    status: 422,
    title: 'The idempotency key was used for another request',
    retryable: false,
  },
  lease_lost: { status: 409, title: 'The runner does not hold the job any more', retryable: false },
  runners_full: { status: 422, title: 'The team has as many runners as it can have', retryable: false },
  unknown_team: { status: 422, title: 'There is no such team', retryable: false },
  sso_required: { status: 401, title: 'The person has to sign in by single sign-on', retryable: false },
  sso_unavailable: {
    status: 422,
    title: 'This service holds nobody to single sign-on',
    retryable: false,
  },
  domain_taken: { status: 409, title: 'Another team has shown that the domain is its own', retryable: false },
  domain_unverified: { status: 422, title: 'The domain is not shown to be the team’s', retryable: true },
  names_unreachable: { status: 503, title: 'The name service does not answer', retryable: true },
  billing_unavailable: { status: 422, title: 'This service takes no payments', retryable: false },
  payments_unreachable: { status: 503, title: 'The payment service does not answer', retryable: true },
  subscription_active: {
    status: 409,
    title: 'The team has a subscription that goes on',
    retryable: false,
  },
  subscription_exists: { status: 409, title: 'The team has a subscription already', retryable: false },
  invalid_signature: { status: 400, title: 'The signature does not fit the message', retryable: false },
  sign_in_links_unavailable: { status: 422, title: 'No link signs in whoever asks', retryable: false },
  sign_in_link_invalid: {
    status: 422,
    title: 'The sign-in link was used, or its time is over',
    retryable: false,
  },
  confirmation_mismatch: {
    status: 422,
    title: 'What is to be deleted was not named',
    retryable: false,
  },
  indispensable: { status: 409, title: 'The service cannot do without it', retryable: false },
  slug_taken: { status: 409, title: 'Another team has this slug', retryable: false },
  already_member: { status: 409, title: 'The person is a member already', retryable: false },
  last_owner: { status: 409, title: 'A team needs an owner', retryable: false },
  personal_team: { status: 409, title: 'A personal team is for its owner alone', retryable: false },
  team_full: { status: 422, title: 'The team has as many of these as it can have', retryable: false },
  invitation_invalid: {
    status: 422,
    title: 'The invitation is not open to whoever asks',
    retryable: false,
  },
  plan_required: { status: 403, title: 'The plan of the team does not include this', retryable: false },
  plan_limit_reached: { status: 422, title: 'The plan of the team has no room for more', retryable: false },
  rate_limited: { status: 429, title: 'Too many requests', retryable: true },
  delivery_unfinished: { status: 409, title: 'The delivery is still under way', retryable: true },
  internal: { status: 500, title: 'The service failed', retryable: true },
  storage_unavailable: { status: 503, title: 'The store does not take writes', retryable: true },
  identity_unavailable: { status: 503, title: 'Nobody can be signed in at present', retryable: true },
  secrets_unavailable: { status: 503, title: 'The service has no key for secrets', retryable: false },
  shutting_down: { status: 503, title: 'The service is stopping', retryable: true },
} as const satisfies Record<string, { status: number; title: string; retryable: boolean }>;

export type ErrorCode = keyof typeof ERRORS;
export const ErrorCode = z.enum(Object.keys(ERRORS) as [ErrorCode, ...ErrorCode[]]);

/** Where in the request something is wrong: a JSON pointer into the body, or `?name` for a query parameter. */
export const FieldError = z.object({ pointer: z.string(), message: z.string() }).meta({ id: 'FieldError' });
export type FieldError = z.infer<typeof FieldError>;

/** Error answer, `application/problem+json` (RFC 9457). */
export const Problem = z
  .looseObject({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: ErrorCode,
    errors: z.array(FieldError).optional(),
    request_id: z.string(),
    retryable: z.boolean(),
  })
  .meta({ id: 'Problem' });
export type Problem = z.infer<typeof Problem>;
