import { Option } from '@commander-js/extra-typings';
import { type Share, SharePermission } from '@minoots/contract';
import pc from 'picocolors';
import { type Cli, newCommand, outputFor } from '../lib/cli.ts';
import { formatInstant } from '../lib/format.ts';
import { renderTable } from '../lib/table.ts';
import { safeLine } from '../lib/text.ts';

const SHAPE =
  '{"timer_id":"tmr_…","team_id":"team_…","team_slug":"devops-team","permissions":["read","cancel"],…}';

/** `minoots share`: lets another team see a timer, and more. */
export function shareCommand(cli: Cli) {
  const help = {
    output: SHAPE,
    errors: ['not_found', 'unknown_team', 'team_full', 'plan_required'],
    examples: ['minoots share release --team devops-team --allow cancel'],
  };
  return newCommand('share', 'Share a timer with another team', help)
    .argument('<id>', 'id of the timer')
    .requiredOption('--team <team>', 'slug or id of the team')
    .addOption(
      new Option('--allow <permissions...>', 'what it may do')
        .choices(SharePermission.options)
        .default(['read'], '"read"'),
    )
    .action(async (id, options) => {
      const permissions = options.allow.map((permission) => SharePermission.parse(permission));
      const share = await cli.client().shares.create(id, { team: options.team, permissions });
      outputFor(cli, options).print(share, () => `${pc.green('✓')} ${describe(share)}`);
    });
}

/** `minoots shares`: with whom a timer is shared. */
export function sharesCommand(cli: Cli) {
  const help = { output: `{"data":[${SHAPE}]}`, errors: ['not_found'], examples: ['minoots shares release'] };
  return newCommand('shares', 'List the teams that a timer is shared with', help)
    .argument('<id>', 'id of the timer')
    .action(async (id, options) => {
      const data = await cli.client().shares.list(id);
      outputFor(cli, options).print({ data }, () => (data.length === 0 ? 'Not shared.' : describeAll(data)));
    });
}

/** `minoots unshare`: ends a share. */
export function unshareCommand(cli: Cli) {
  const help = { output: SHAPE, errors: ['not_found'], examples: ['minoots unshare release devops-team'] };
  return newCommand('unshare', 'Share a timer with a team no more, at once', help)
    .argument('<id>', 'id of the timer')
    .argument('<team>', 'slug or id of the team')
    .action(async (id, team, options) => {
      const share = await cli.client().shares.revoke(id, team);
      const text = `${pc.green('✓')} ${share.timer_id} is no longer shared with ${safeLine(share.team_slug)}`;
      outputFor(cli, options).print(share, () => text);
    });
}

function describe({ timer_id, team_slug, permissions }: Share): string {
  return `${timer_id} is shared with ${safeLine(team_slug)}, to ${permissions.join(', ')}`;
}

function describeAll(shares: readonly Share[]): string {
  const rows = shares.map(({ team_slug, permissions, shared_by, shared_at }) => [
    safeLine(team_slug),
    permissions.join(', '),
    safeLine(shared_by),
    formatInstant(shared_at),
  ]);
  return renderTable(['TEAM', 'MAY', 'SHARED BY', 'SINCE'], rows);
}
