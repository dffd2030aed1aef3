import type { Me } from '@minoots/contract';
import { type Cli, newCommand, outputFor } from '../lib/cli.ts';
import { renderFields } from '../lib/table.ts';
import { safeLine } from '../lib/text.ts';

const help = {
  output:
    '{"type":"user","id":"…","email":"…","team":{"slug":"devops-team","role":"admin",…},"teams":[…],"scopes":[…]}',
  errors: ['forbidden', 'not_found'],
  examples: ['minoots whoami', 'MINOOTS_TEAM=devops-team minoots whoami --json'],
};

/** `minoots whoami`. */
export function whoamiCommand(cli: Cli) {
  return newCommand('whoami', 'Say who asks, in which team, and what they may do', help).action(
    async (options) => {
      const me = await cli.client().me();
      outputFor(cli, options).print(me, () => describe(me));
    },
  );
}

function describe({ type, id, email, name, team, scopes }: Me): string {
  return renderFields([
    [type === 'user' ? 'user' : 'API key', safeLine(id)],
    ['name', name && safeLine(name)],
    ['email', email && safeLine(email)],
    ['team', team && `${team.slug} (${safeLine(team.name)})`],
    ['role', team?.role ?? null],
    ['may', scopes.join(' ')],
  ]);
}
