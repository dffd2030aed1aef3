import { Command } from '@commander-js/extra-typings';
import { accountCommand } from './commands/account.ts';
import { adminCommand } from './commands/admin.ts';
import { billingCommand } from './commands/billing.ts';
import { budgetCommand } from './commands/budget.ts';
import { cancelCommand } from './commands/cancel.ts';
import { cleanupCommand } from './commands/cleanup.ts';
import { contextCommand } from './commands/context.ts';
import { createCommand } from './commands/create.ts';
import { daemonCommand } from './commands/daemon.ts';
import { dashboardCommand } from './commands/dashboard.ts';
import { deleteCommand } from './commands/delete.ts';
import { deliveriesCommand } from './commands/deliveries.ts';
import { deliveryCommand } from './commands/delivery.ts';
import { endpointsCommand } from './commands/endpoints.ts';
import { exportCommand } from './commands/export.ts';
import { extendCommand } from './commands/extend.ts';
import { fireCommand } from './commands/fire.ts';
import { getCommand } from './commands/get.ts';
import { graphCommand } from './commands/graph.ts';
import { importCommand } from './commands/import.ts';
import { inboxCommand } from './commands/inbox.ts';
import { keysCommand } from './commands/keys.ts';
import { listCommand } from './commands/list.ts';
import { logsCommand } from './commands/logs.ts';
import { pauseCommand } from './commands/pause.ts';
import { plansCommand } from './commands/plans.ts';
import { previewCommand } from './commands/preview.ts';
import { redeliverCommand } from './commands/redeliver.ts';
import { rescheduleCommand } from './commands/reschedule.ts';
import { resumeCommand } from './commands/resume.ts';
import { runnerCommand } from './commands/runner.ts';
import { runnersCommand } from './commands/runners.ts';
import { scheduleCommand } from './commands/schedule.ts';
import { secretsCommand } from './commands/secrets.ts';
import { sendCommand } from './commands/send.ts';
import { shareCommand, sharesCommand, unshareCommand } from './commands/share.ts';
import { ssoCommand } from './commands/sso.ts';
import { teamCommand } from './commands/team.ts';
import { touchCommand } from './commands/touch.ts';
import { usageCommand } from './commands/usage.ts';
import { waitCommand } from './commands/wait.ts';
import { watchCommand } from './commands/watch.ts';
import { whoamiCommand } from './commands/whoami.ts';
import type { Cli } from './lib/cli.ts';

const ENVIRONMENT = `
Environment:
  MINOOTS_URL      API to talk to; a server on this machine, started when needed, unless set
  MINOOTS_API_KEY  key for it, or the ID token of a person
  MINOOTS_TEAM     team to work in, by slug or id; that of the key, or your own, unless set
  MINOOTS_HOME     data folder of the local server (~/.minoots)`;

/** The whole command line. */
export function newProgram(cli: Cli, version: string) {
  const program = new Command('minoots')
    .description('Timers that outlive your program.')
    .version(version)
    .addHelpText('after', ENVIRONMENT)
    .addCommand(createCommand(cli))
    .addCommand(previewCommand(cli))
    .addCommand(listCommand(cli))
    .addCommand(getCommand(cli))
    .addCommand(watchCommand(cli))
    .addCommand(waitCommand(cli))
    .addCommand(logsCommand(cli))
    .addCommand(graphCommand(cli))
    .addCommand(cancelCommand(cli))
    .addCommand(pauseCommand(cli))
    .addCommand(resumeCommand(cli))
    .addCommand(extendCommand(cli))
    .addCommand(rescheduleCommand(cli))
    .addCommand(touchCommand(cli))
    .addCommand(fireCommand(cli))
    .addCommand(deliveriesCommand(cli))
    .addCommand(deliveryCommand(cli))
    .addCommand(redeliverCommand(cli))
    .addCommand(endpointsCommand(cli))
    .addCommand(shareCommand(cli))
    .addCommand(sharesCommand(cli))
    .addCommand(unshareCommand(cli))
    .addCommand(scheduleCommand(cli))
    .addCommand(runnerCommand(cli))
    .addCommand(runnersCommand(cli))
    .addCommand(inboxCommand(cli))
    .addCommand(sendCommand(cli))
    .addCommand(billingCommand(cli))
    .addCommand(plansCommand(cli))
    .addCommand(usageCommand(cli))
    .addCommand(adminCommand(cli))
    .addCommand(budgetCommand(cli))
    .addCommand(contextCommand(cli))
    .addCommand(secretsCommand(cli))
    .addCommand(whoamiCommand(cli))
    .addCommand(accountCommand(cli))
    .addCommand(teamCommand(cli))
    .addCommand(ssoCommand(cli))
    .addCommand(keysCommand(cli))
    .addCommand(deleteCommand(cli))
    .addCommand(cleanupCommand(cli))
    .addCommand(exportCommand(cli))
    .addCommand(importCommand(cli))
    .addCommand(dashboardCommand(cli))
    .addCommand(daemonCommand(cli));
  return program;
}
