import { Argument, Command, Option } from '@commander-js/extra-typings';
import type { ClaimedDomain, SingleSignOn } from '@minoots/contract';
import pc from 'picocolors';
import { type Cli, newCommand, outputFor } from '../lib/cli.ts';
import { formatInstant } from '../lib/format.ts';
import { renderTable } from '../lib/table.ts';
import { safeLine } from '../lib/text.ts';

const SHAPE = '{"domains":[…],"provider":{"provider_id":"saml.acme","default_role":"member"}}';
const DOMAIN = '{"domain":"acme.com","txt_name":"_minoots-challenge.acme.com","txt_value":"…",…}';
const ROLES = ['viewer', 'member', 'admin'] as const;

/** `minoots sso`: how the members of the team sign in. */
export function ssoCommand(cli: Cli) {
  return new Command('sso')
    .summary('Sign in by a provider of your own')
    .description('Claim the mail domains of the team, and let their people sign in by one provider alone.')
    .addCommand(showCommand(cli))
    .addCommand(claimCommand(cli))
    .addCommand(verifyCommand(cli))
    .addCommand(dropCommand(cli))
    .addCommand(setCommand(cli))
    .addCommand(removeCommand(cli));
}

function showCommand(cli: Cli) {
  const help = { output: SHAPE, errors: ['forbidden'], examples: ['minoots sso show'] };
  return newCommand('show', 'Show the domains and the provider', help).action(async (options) => {
    const sso = await cli.client().sso.get();
    outputFor(cli, options).print(sso, () => describeSso(sso));
  });
}

function claimCommand(cli: Cli) {
  const help = {
    output: DOMAIN,
    errors: ['invalid_request', 'plan_required', 'personal_team', 'team_full'],
    examples: ['minoots sso claim acme.com'],
  };
  return newCommand('claim', 'Claim a mail domain; shows the TXT record that proves it', help)
    .addArgument(domainArgument())
    .action(async (domain, options) => {
      const claim = await cli.client().sso.claim(domain);
      outputFor(cli, options).print(claim, () => describeClaim(claim));
    });
}

function verifyCommand(cli: Cli) {
  const help = {
    output: DOMAIN,
    errors: ['not_found', 'domain_unverified', 'domain_taken', 'names_unreachable'],
    examples: ['minoots sso verify acme.com'],
  };
  return newCommand('verify', 'Look for the TXT record of a claimed domain', help)
    .addArgument(domainArgument())
    .action(async (domain, options) => {
      const claim = await cli.client().sso.verify(domain);
      outputFor(cli, options).print(claim, () => `${pc.green('✓')} ${safeLine(claim.domain)} is the team’s`);
    });
}

function dropCommand(cli: Cli) {
  const help = {
    output: DOMAIN,
    errors: ['not_found', 'invalid_state'],
    examples: ['minoots sso drop acme.com'],
  };
  return newCommand('drop', 'Give a claimed domain up', help)
    .addArgument(domainArgument())
    .action(async (domain, options) => {
      const claim = await cli.client().sso.drop(domain);
      outputFor(cli, options).print(claim, () => `${pc.green('✓')} ${safeLine(claim.domain)} is given up`);
    });
}

function setCommand(cli: Cli) {
  const help = {
    output: SHAPE,
    errors: ['sso_unavailable', 'plan_required', 'domain_unverified', 'personal_team'],
    examples: ['minoots sso set saml.acme', 'minoots sso set oidc.acme --role viewer'],
  };
  return newCommand('set', 'Let people of the verified domains sign in by one provider alone', help)
    .argument('<provider>', 'its id, such as saml.acme or oidc.acme')
    .addOption(new Option('--role <role>', 'role of people who come for the first time').choices(ROLES))
    .action(async (provider, options) => {
      const { role } = options;
      const request = { provider_id: provider, ...(role === undefined ? {} : { default_role: role }) };
      const sso = await cli.client().sso.set(request);
      outputFor(cli, options).print(sso, () => describeSso(sso));
    });
}

function removeCommand(cli: Cli) {
  const help = { output: SHAPE, errors: ['forbidden'], examples: ['minoots sso remove'] };
  return newCommand('remove', 'Let people sign in as they like again', help).action(async (options) => {
    const sso = await cli.client().sso.remove();
    outputFor(cli, options).print(sso, () => describeSso(sso));
  });
}

function domainArgument() {
  return new Argument('<domain>', 'what follows the @ in the addresses of the team, such as acme.com');
}

function describeClaim({ txt_name, txt_value, domain, verified_at }: ClaimedDomain): string {
  if (verified_at !== null) return `${pc.green('✓')} ${safeLine(domain)} is the team’s`;
  return `Make this TXT record, and then run: minoots sso verify ${safeLine(domain)}\n\n  ${safeLine(txt_name)}  ${safeLine(txt_value)}\n`;
}

function describeSso({ domains, provider }: SingleSignOn): string {
  const rows = domains.map(({ domain, verified_at, txt_name, txt_value }) => [
    safeLine(domain),
    verified_at === null ? 'not yet' : formatInstant(verified_at),
    verified_at === null ? safeLine(`${txt_name} TXT ${txt_value}`) : '',
  ]);
  const table =
    rows.length === 0 ? 'No domains.' : renderTable(['DOMAIN', 'VERIFIED', 'RECORD TO MAKE'], rows);
  const way =
    provider === null
      ? 'People sign in as they like.'
      : `People of verified domains sign in by ${safeLine(provider.provider_id)}, new ones as ${provider.default_role}.`;
  return `${table}\n${way}`;
}
