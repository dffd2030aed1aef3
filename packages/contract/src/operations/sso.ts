import * as z from 'zod';
import * as s from '../sso.ts';
import { noFields, type Operation } from './operation.ts';

const domainParams = z.strictObject({ domain: s.MailDomain });

export const ssoOperations = {
  getSso: {
    method: 'GET',
    path: '/v1/team/sso',
    tag: 'teams',
    scope: 'teams:admin',
    summary: 'Read the claimed domains and the provider of single sign-on',
    status: 200,
    output: s.SingleSignOn,
    errors: [],
  },
  setSso: {
    method: 'PUT',
    path: '/v1/team/sso',
    tag: 'teams',
    scope: 'teams:own',
    summary: 'Let people of the verified domains sign in by one provider alone',
    body: s.SetSsoRequest,
    status: 200,
    output: s.SingleSignOn,
    errors: ['sso_unavailable', 'plan_required', 'domain_unverified', 'personal_team'],
  },
  removeSso: {
    method: 'DELETE',
    path: '/v1/team/sso',
    tag: 'teams',
    scope: 'teams:own',
    summary: 'Let people sign in as they like again',
    status: 200,
    output: s.SingleSignOn,
    errors: [],
  },
  claimDomain: {
    method: 'POST',
    path: '/v1/team/domains',
    tag: 'teams',
    scope: 'teams:own',
    summary: 'Claim a mail domain: gives the TXT record that proves it',
    body: s.ClaimDomainRequest,
    status: 201,
    output: s.ClaimedDomain,
    errors: ['plan_required', 'personal_team', 'team_full'],
  },
  verifyDomain: {
    method: 'POST',
    path: '/v1/team/domains/{domain}/verify',
    tag: 'teams',
    scope: 'teams:own',
    summary: 'Look for the TXT record of a claimed domain',
    params: domainParams,
    body: noFields,
    bodyOptional: true,
    status: 200,
    output: s.ClaimedDomain,
    errors: ['not_found', 'domain_unverified', 'domain_taken', 'names_unreachable'],
  },
  dropDomain: {
    method: 'DELETE',
    path: '/v1/team/domains/{domain}',
    tag: 'teams',
    scope: 'teams:own',
    summary: 'Give a claimed domain up',
    params: domainParams,
    status: 200,
    output: s.ClaimedDomain,
    errors: ['not_found', 'invalid_state'],
  },
} as const satisfies Record<string, Operation>;
