import { Argument, Command } from '@commander-js/extra-typings';
import { PlanId } from '@minoots/contract';
import pc from 'picocolors';
import { type Cli, newCommand, outputFor } from '../lib/cli.ts';
import { safeLine } from '../lib/text.ts';
import { describeBilling } from './billing.ts';

/** `minoots admin`: what operators of the service do, to any team. */
export function adminCommand(cli: Cli) {
  const plan = new Command('plan').summary('Set plans of teams').addCommand(setPlanCommand(cli));
  return new Command('admin')
    .summary('Look after the teams of a service')
    .description('For those who run the service: takes a key with the scope service:admin.')
    .addCommand(plan);
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
