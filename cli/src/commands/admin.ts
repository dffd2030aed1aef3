import { Argument, Command } from '@commander-js/extra-typings';
import { PlanId } from '@minoots/contract';
import pc from 'picocolors';
import { type Cli, newCommand, outputFor } from '../lib/cli.ts';
import { safeLine } from '../lib/text.ts';
import { describeBilling } from './billing.ts';

/** `minoots admin`: what operators of the service do, to any team. */
export function adminCommand(cli: Cli) {
  const plan = new Command('plan').summary('Set plans of teams').addCommand(setPlanCommand(cli));
  const team = new Command('team').summary('Look after teams').addCommand(deleteTeamCommand(cli));
  return new Command('admin')
    .summary('Look after the teams of a service')
    .description('For those who run the service: takes a key with the scope service:admin.')
    .addCommand(plan)
    .addCommand(team);
}

function setPlanCommand(cli: Cli) {
  const help = {
    output: '{"plan":"enterprise","set_by":"admin","since":"…","subscription":null}',
    errors: ['not_found', 'forbidden'],
    examples: ['minoots admin plan set devops-team enterprise'],
  };
  return newCommand('set', 'Put a team on a plan', help)
    .argument('<team>', 'slug or id of the team')
    .addArgument(new Argument('<plan>', 'the plan').choices(PlanId.options))
    .action(async (team, plan, options) => {
      const billing = await cli.client().billing.setPlan(team, plan);
      outputFor(cli, options).print(
        billing,
        () => `${pc.green('✓')} ${safeLine(team)}: ${describeBilling(billing)}`,
      );
    });
}

function deleteTeamCommand(cli: Cli) {
  const help = {
    output: '{"id":"team_…","slug":"nightly-jobs","name":"Nightly jobs","deleted_at":"…"}',
    errors: [
      'not_found',
      'confirmation_mismatch',
      'subscription_active',
      'personal_team',
      'indispensable',
      'forbidden',
    ],
    examples: ['minoots admin team delete nightly-jobs --confirm nightly-jobs'],
  };
  return newCommand('delete', 'Delete a team and everything that it owns, for good', help)
    .argument('<team>', 'slug or id of the team')
    .requiredOption('--confirm <slug>', 'its slug once more, so that none is deleted by accident')
    .action(async (team, options) => {
      const deleted = await cli.client().team.deleteAny(team, options.confirm);
      outputFor(cli, options).print(deleted, () => `${pc.green('✓')} ${safeLine(deleted.name)} is deleted`);
    });
}
