import { type Cli, newCommand, outputFor } from '../lib/cli.ts';
import { describeGraph } from '../lib/graph-text.ts';

const help = {
  output:
    '{"nodes":[{"id":"tmr_…","name":"…","status":"waiting","depth":1},…],"edges":[{"from":"tmr_…","to":"tmr_…","type":"depends_on"},…],"truncated":false}',
  errors: ['not_found'],
  examples: ['minoots graph tmr_4fZk0Qw7cTn2Ry9LbXa1Ve'],
};

/** `minoots graph`. */
export function graphCommand(cli: Cli) {
  return newCommand('graph', 'Show what a timer waits for and what waits for it, as a tree', help)
    .argument('<id>', 'id of the timer')
    .action(async (id, options) => {
      const graph = await cli.client().timers.graph(id);
      outputFor(cli, options).print(graph, () => describeGraph(graph, id));
    });
}
