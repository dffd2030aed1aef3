import { InvalidArgumentError } from '@commander-js/extra-typings';
import { type CreatedInvitation, type Member, Role } from '@minoots/contract';
import pc from 'picocolors';
import { type Cli, newCommand, outputFor } from '../lib/cli.ts';
import { confirmed } from '../lib/confirm.ts';
import { formatInstant } from '../lib/format.ts';
import { describeInvitations, describeMembers } from '../lib/team-text.ts';
import { safeLine } from '../lib/text.ts';
import { UsageError } from '../lib/usage-error.ts';

const MEMBER = '{"user_id":"…","email":"…","name":"…","role":"member","joined_at":"…"}';
const INVITATION = '{"id":"inv_…","email":"…","role":"member","expires_at":"…",…}';
const INVITED = ['viewer', 'member', 'admin'] as const;

/** `minoots team members`. */
export function membersCommand(cli: Cli) {
  const help = { output: `{"data":[${MEMBER}]}`, examples: ['minoots team members'] };
  return newCommand('members', 'List the members', help).action(async (options) => {
    const data = await cli.client().team.members();
    outputFor(cli, options).print({ data }, () => describeMembers(data));
  });
}

/** `minoots team role`. */
export function roleCommand(cli: Cli) {
  const help = {
    output: MEMBER,
    errors: ['not_found', 'forbidden', 'last_owner'],
    examples: ['minoots team role ann@example.com admin'],
  };
  return newCommand('role', 'Give a member another role', help)
    .argument('<member>', 'email address or id of the member')
    .argument('<role>', `one of ${Role.options.join(', ')}`, readRole)
    .action(async (who, role, options) => {
      const member = await cli.client().team.changeRole(await userIdOf(cli, who), role);
      outputFor(cli, options).print(member, () => `${pc.green('✓')} ${nameOf(member)} is ${member.role}`);
    });
}

/** `minoots team remove`. */
export function removeCommand(cli: Cli) {
  const help = {
    output: MEMBER,
    errors: ['not_found', 'forbidden', 'last_owner'],
    examples: ['minoots team remove ann@example.com'],
  };
  return newCommand('remove', 'Take a member out of the team, within half a minute', help)
    .argument('<member>', 'email address or id of the member')
    .action(async (who, options) => {
      const member = await cli.client().team.remove(await userIdOf(cli, who));
      outputFor(cli, options).print(member, () => `${pc.green('✓')} ${nameOf(member)} is removed`);
    });
}

/** `minoots team transfer`. */
export function transferCommand(cli: Cli) {
  const help = {
    output: '{"id":"team_…","slug":"devops-team","role":"admin",…}',
    errors: ['not_found', 'forbidden'],
    examples: ['minoots team transfer ann@example.com'],
  };
  return newCommand('transfer', 'Hand the team over to another member; you become an admin', help)
    .argument('<member>', 'email address or id of the member')
    .option('--yes', 'do not ask')
    .action(async (who, options) => {
      if (!(await confirmed(cli, `Hand the team over to ${who}?`, options.yes === true))) return;
      const team = await cli.client().team.transfer(await userIdOf(cli, who));
      outputFor(cli, options).print(team, () => `${pc.green('✓')} ${safeLine(who)} owns ${team.slug}`);
    });
}

/** `minoots team invite`. */
export function inviteCommand(cli: Cli) {
  const help = {
    output: '{"id":"inv_…","token":"mnt_invite_…",…}',
    errors: ['already_member', 'personal_team', 'plan_required', 'team_full', 'shown_once'],
    examples: ['minoots team invite ann@example.com', 'minoots team invite bob@example.com --role viewer'],
  };
  return newCommand('invite', 'Invite a person by email address, and show the token to join by, once', help)
    .argument('<email>', 'address that the person signs in with')
    .option('--role <role>', `one of ${INVITED.join(', ')}; member unless told`, readInvitedRole)
    .action(async (email, options) => {
      const { role } = options;
      const made = await cli.client().team.invite({ email, ...(role === undefined ? {} : { role }) });
      outputFor(cli, options).print(made, () => describeInvited(made));
    });
}

/** `minoots team invitations`. */
export function invitationsCommand(cli: Cli) {
  const help = { output: `{"data":[${INVITATION}]}`, examples: ['minoots team invitations'] };
  return newCommand('invitations', 'List the invitations that hold', help).action(async (options) => {
    const data = await cli.client().team.invitations();
    outputFor(cli, options).print({ data }, () =>
      data.length === 0 ? 'No invitations.' : describeInvitations(data),
    );
  });
}

/** `minoots team withdraw`. */
export function withdrawCommand(cli: Cli) {
  const help = {
    output: INVITATION,
    errors: ['not_found'],
    examples: ['minoots team withdraw inv_4fZk0Qw7cTn2Ry9LbXa1Ve'],
  };
  return newCommand('withdraw', 'Take an invitation back', help)
    .argument('<id>', 'id of the invitation')
    .action(async (id, options) => {
      const invitation = await cli.client().team.withdraw(id);
      outputFor(cli, options).print(
        invitation,
        () => `${pc.green('✓')} the invitation of ${safeLine(invitation.email)} is withdrawn`,
      );
    });
}

/** Members are known by their email address, too. */
async function userIdOf(cli: Cli, who: string): Promise<string> {
  if (!who.includes('@')) return who;
  const found = (await cli.client().team.members()).filter(({ email }) => email === who.toLowerCase());
  const [member, ...others] = found;
  if (member === undefined)
    throw new UsageError(`there is no member ${who}; minoots team members lists them`);
  if (others.length > 0) throw new UsageError(`${who} is the address of several members: give an id`);
  return member.user_id;
}

function readRole(text: string): Role {
  const role = Role.safeParse(text);
  if (role.success) return role.data;
  throw new InvalidArgumentError(`Use one of ${Role.options.join(', ')}.`);
}

function readInvitedRole(text: string): (typeof INVITED)[number] {
  const role = INVITED.find((each) => each === text);
  if (role !== undefined) return role;
  throw new InvalidArgumentError(`Use one of ${INVITED.join(', ')}.`);
}

function nameOf({ email, user_id }: Member): string {
  return safeLine(email === '' ? user_id : email);
}

function describeInvited({ email, role, expires_at, token }: CreatedInvitation): string {
  return `${pc.green('✓')} ${safeLine(email)} may join as ${role} until ${formatInstant(expires_at)}. Pass the token on now: it is not shown again.

  minoots team join ${token}
`;
}
