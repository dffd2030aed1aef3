import { Command } from '@commander-js/extra-typings';
import type { AuditEntry } from '@minoots/contract';
import pc from 'picocolors';
import { readCount } from '../lib/arguments.ts';
import { type Cli, newCommand, outputFor } from '../lib/cli.ts';
import { confirmed } from '../lib/confirm.ts';
import { describeAuditLog, describeTeam, describeTeams } from '../lib/team-text.ts';
import { safeLine } from '../lib/text.ts';
import { UsageError } from '../lib/usage-error.ts';
import {
  invitationsCommand,
  inviteCommand,
  membersCommand,
  removeCommand,
  roleCommand,
  transferCommand,
  withdrawCommand,
} from './team-people.ts';

const SHAPE = '{"id":"team_…","slug":"devops-team","name":"DevOps","plan":"pro","role":"owner",…}';
const DEFAULT_LIMIT = 50;

/** `minoots team`: who works together. */
export function teamCommand(cli: Cli) {
  return new Command('team')
    .summary('Work with others')
    .description(
      'Look after a team: the one that MINOOTS_TEAM names, by slug or id; otherwise that of the key, or your own.',
    )
    .addCommand(showCommand(cli))
    .addCommand(listCommand(cli))
    .addCommand(createCommand(cli))
    .addCommand(renameCommand(cli))
    .addCommand(membersCommand(cli))
    .addCommand(roleCommand(cli))
    .addCommand(removeCommand(cli))
    .addCommand(inviteCommand(cli))
    .addCommand(invitationsCommand(cli))
    .addCommand(withdrawCommand(cli))
    .addCommand(joinCommand(cli))
    .addCommand(leaveCommand(cli))
    .addCommand(transferCommand(cli))
    .addCommand(auditCommand(cli))
    .addCommand(exportCommand(cli))
    .addCommand(deleteCommand(cli));
}

function showCommand(cli: Cli) {
  const help = { output: SHAPE, errors: ['not_found'], examples: ['minoots team show'] };
  return newCommand('show', 'Show the team', help).action(async (options) => {
    const team = await cli.client().team.get();
    outputFor(cli, options).print(team, () => describeTeam(team));
  });
}

function listCommand(cli: Cli) {
  const help = { output: `{"data":[${SHAPE}]}`, examples: ['minoots team list'] };
  return newCommand('list', 'List the teams that you are in', help)
    .alias('ls')
    .action(async (options) => {
      const { teams: data, team } = await cli.client().me();
      outputFor(cli, options).print({ data }, () => describeTeams(data, team?.id));
    });
}

function createCommand(cli: Cli) {
  const help = {
    output: SHAPE,
    errors: ['slug_taken', 'team_full'],
    examples: ['minoots team create DevOps', 'minoots team create "Night shift" --slug nights'],
  };
  return newCommand('create', 'Found a team, as its owner', help)
    .argument('<name>', 'what it is called')
    .option('--slug <slug>', 'its name in commands and URLs; made of the name unless told')
    .action(async (name, options) => {
      const { slug } = options;
      const team = await cli.client().team.create({ name, ...(slug === undefined ? {} : { slug }) });
      const text = () => `${pc.green('✓')} ${safeLine(team.name)}: work in it with MINOOTS_TEAM=${team.slug}`;
      outputFor(cli, options).print(team, text);
    });
}

function renameCommand(cli: Cli) {
  const help = {
    output: SHAPE,
    errors: ['slug_taken'],
    examples: ['minoots team rename --name Platform', 'minoots team rename --slug platform'],
  };
  return newCommand('rename', 'Give the team another name or slug', help)
    .option('--name <name>', 'what it is called')
    .option('--slug <slug>', 'its name in commands and URLs')
    .action(async (options) => {
      const { name, slug } = options;
      if (name === undefined && slug === undefined) throw new UsageError('give --name, --slug or both');
      const names = { ...(name === undefined ? {} : { name }), ...(slug === undefined ? {} : { slug }) };
      const team = await cli.client().team.update(names);
      outputFor(cli, options).print(team, () => `${pc.green('✓')} ${safeLine(team.name)} (${team.slug})`);
    });
}

function joinCommand(cli: Cli) {
  const help = {
    output: SHAPE,
    errors: ['invitation_invalid', 'already_member', 'team_full'],
    examples: ['minoots team join mnt_invite_…'],
  };
  return newCommand('join', 'Join the team that an invitation is for', help)
    .argument('<token>', 'what the invitation came with')
    .action(async (token, options) => {
      const team = await cli.client().team.join(token);
      const text = () => `${pc.green('✓')} ${safeLine(team.name)}: work in it with MINOOTS_TEAM=${team.slug}`;
      outputFor(cli, options).print(team, text);
    });
}

function leaveCommand(cli: Cli) {
  const help = {
    output: SHAPE,
    errors: ['last_owner', 'personal_team'],
    examples: ['MINOOTS_TEAM=devops-team minoots team leave'],
  };
  return newCommand('leave', 'Leave the team', help)
    .option('--yes', 'do not ask')
    .action(async (options) => {
      if (!(await confirmed(cli, 'Leave the team?', options.yes === true))) return;
      const team = await cli.client().team.leave();
      outputFor(cli, options).print(team, () => `${pc.green('✓')} you have left ${safeLine(team.name)}`);
    });
}

function exportCommand(cli: Cli) {
  const help = {
    output: '{"team":{…},"members":[…],"invitations":[…],"api_keys":[…],"context":[…],"elsewhere":{…},…}',
    errors: ['forbidden'],
    examples: ['minoots team export > team.json', 'minoots export > timers.jsonl'],
  };
  return newCommand(
    'export',
    'Print what is kept of the team, as JSON; timers are exported apart',
    help,
  ).action(async (options) => {
    const data = await cli.client().team.data();
    outputFor(cli, options).print(data, () => JSON.stringify(data, null, 2));
  });
}

function deleteCommand(cli: Cli) {
  const help = {
    output: '{"id":"team_…","slug":"devops-team","name":"DevOps","deleted_at":"…"}',
    errors: ['confirmation_mismatch', 'subscription_active', 'personal_team', 'forbidden'],
    examples: ['MINOOTS_TEAM=devops-team minoots team delete --confirm devops-team'],
  };
  return newCommand('delete', 'Delete the team and everything that it owns, for good', help)
    .requiredOption('--confirm <slug>', 'the slug of the team, so that none is deleted by accident')
    .action(async (options) => {
      const team = await cli.client().team.delete(options.confirm);
      outputFor(cli, options).print(team, () => `${pc.green('✓')} ${safeLine(team.name)} is deleted`);
    });
}

function auditCommand(cli: Cli) {
  const help = {
    output:
      '{"data":[{"id":"aud_…","at":"…","actor":"…","action":"member.joined",…}],"more":false}; with --all a note per line',
    errors: ['forbidden'],
    examples: ['minoots team audit', 'minoots team audit --all > audit.jsonl'],
  };
  return newCommand('audit', 'Show who changed what, newest first', help)
    .option('--limit <count>', 'at most this many', readCount, DEFAULT_LIMIT)
    .option('--all', 'the whole log, as a line of JSON for each note')
    .action(async (options) => {
      const output = outputFor(cli, options);
      const entries = cli.client().team.wholeAuditLog();
      if (options.all) {
        for await (const entry of entries) output.line(JSON.stringify(entry));
        return;
      }
      const data: AuditEntry[] = [];
      let more = false;
      for await (const entry of entries) {
        more = data.length === options.limit;
        if (more) break;
        data.push(entry);
      }
      output.print({ data, more }, () => (data.length === 0 ? 'Nothing yet.' : describeAuditLog(data)));
    });
}
