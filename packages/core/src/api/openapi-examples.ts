/** The runner of the examples. */
export const RUNNER_ID = 'run_4fZk0Qw7cTn2Ry9LbXa1Ve';

interface Example {
  summary: string;
  value: unknown;
}

/** Bodies to try, by operation. */
export const BODY_EXAMPLES: Readonly<Record<string, Record<string, Example>>> = {
  createTimer: {
    webhook: {
      summary: 'Call a webhook in 30 seconds',
      value: {
        duration: '30s',
        name: 'production_deploy',
        agent_id: 'deploy_agent',
        events: {
          on_expire: { webhook: 'https://example.com/hooks/deploy', message: 'Deployment complete' },
        },
      },
    },
    command: {
      summary: 'Run a command on a machine with a GPU in an hour',
      value: {
        duration: '1h',
        name: 'train',
        events: { on_expire: { command: { run: 'make train NAME="${timer.name}"', runs_on: ['gpu'] } } },
      },
    },
    local: {
      summary: 'At nine in the morning in Paris',
      value: { name: 'standup', fire_at_local: '2030-01-31T09:00', timezone: 'Europe/Paris' },
    },
    conditional: {
      summary: 'Only if the tests pass within an hour',
      value: {
        name: 'conditional_deploy',
        duration: '5m',
        conditions: { environment: 'production', tests_passed: true, coverage: { $gte: 80 } },
        on_unmet: { recheck_every: '30s', give_up_after: '1h' },
        metadata: { environment: 'production' },
      },
    },
  },
  createTimers: {
    chain: {
      summary: 'A timer that waits for another',
      value: {
        timers: [
          { id: 'step1', name: 'step1', duration: '1m' },
          { id: 'step2', name: 'step2', duration: '30s', depends_on: 'step1' },
        ],
      },
    },
    two: {
      summary: 'Two timers',
      value: {
        timers: [
          { name: 'tea', duration: '3m' },
          { name: 'eggs', duration: '6m30s' },
        ],
      },
    },
  },
  redeliverMany: {
    incident: {
      summary: 'All that a receiver missed during an incident',
      value: { host: 'hooks.example.com', since: '2030-01-31T09:00:00Z', until: '2030-01-31T11:30:00Z' },
    },
  },
  registerRunner: {
    builder: {
      summary: 'A machine with a GPU that runs commands',
      value: { name: 'build-1', labels: ['linux', 'gpu'], accepts: ['command'] },
    },
  },
  leaseJobs: {
    waiting: { summary: 'Up to two jobs, waiting for the first', value: { limit: 2, wait: '20s' } },
  },
  heartbeatJob: {
    output: {
      summary: 'Still at it',
      value: { runner_id: RUNNER_ID, attempt: 1, output_tail: 'step 3 of 7\n' },
    },
  },
  completeJob: {
    done: {
      summary: 'It went well',
      value: { runner_id: RUNNER_ID, attempt: 1, outcome: 'succeeded', duration_ms: 5200, exit_code: 0 },
    },
    failed: {
      summary: 'It failed',
      value: {
        runner_id: RUNNER_ID,
        attempt: 1,
        outcome: 'failed',
        duration_ms: 5200,
        exit_code: 1,
        output_tail: 'no such target\n',
      },
    },
  },
  releaseJob: {
    stopping: {
      summary: 'The runner stops',
      value: { runner_id: RUNNER_ID, attempt: 1, reason: 'stopping' },
    },
  },
  cleanupTimers: { old: { summary: 'All that ended over a week ago', value: { older_than: '1w' } } },
  updateTimer: { labels: { summary: 'New labels', value: { labels: { environment: 'staging' } } } },
  previewTimer: {
    local: {
      summary: 'A local time that the clock skips',
      value: { name: 'report', fire_at_local: '2030-03-10T02:30', timezone: 'America/New_York' },
    },
  },
  createSchedule: {
    cron: {
      summary: 'At nine on weekdays in Paris, by the clock',
      value: {
        name: 'standup',
        cron: '0 9 * * 1-5',
        timezone: 'Europe/Paris',
        template: { events: { on_expire: { message: 'Stand up' } } },
      },
    },
    every: {
      summary: 'Every quarter of an hour, one late run after an outage',
      value: { name: 'poll', every: '15m', jitter: '1m', catch_up: 'one', template: {} },
    },
  },
  updateSchedule: {
    hour: { summary: 'An hour later', value: { cron: '0 10 * * 1-5', timezone: 'Europe/Paris' } },
    policy: { summary: 'Let runs overlap', value: { overlap: 'allow' } },
  },
  previewSchedule: {
    dst: {
      summary: 'A time of day that is skipped in spring',
      value: { cron: '30 2 * * *', timezone: 'America/New_York', count: 5 },
    },
  },
  extendTimer: { minutes: { summary: 'Five more minutes', value: { by: '5m' } } },
  rescheduleTimer: { instant: { summary: 'At another instant', value: { fire_at: '2030-01-31T09:00:00Z' } } },
  sendMessage: {
    approve: {
      summary: 'To be acknowledged in five minutes, or else somebody is called',
      value: {
        text: 'Approve 1.4.0',
        data: { version: '1.4.0' },
        ack_within: '5m',
        escalate_to: { webhook: 'https://example.com/hooks/oncall' },
      },
    },
  },
  acknowledgeMessage: { note: { summary: 'With a word on it', value: { note: 'rolled back' } } },
  broadcastMessage: { all: { summary: 'To every agent', value: { text: 'Deploys stop at noon' } } },
  setBudget: {
    runaway: {
      summary: 'Stop an agent that runs away',
      value: { max_active_timers: 50, max_fires_per_hour: 100 },
    },
  },
  setContext: { passed: { summary: 'The tests have passed', value: { value: true } } },
  setSecret: {
    slack: {
      summary: 'A webhook of Slack',
      value: { value: 'https://hooks.slack.com/services/T0/B0/XXXXXXXX' },
    },
  },
  createTeam: { devops: { summary: 'A team', value: { name: 'DevOps', slug: 'devops-team' } } },
  updateTeam: { rename: { summary: 'Another name', value: { name: 'Platform' } } },
  changeMember: { admin: { summary: 'Make an admin', value: { role: 'admin' } } },
  invite: { member: { summary: 'For a week', value: { email: 'ann@example.com', role: 'member' } } },
  createApiKey: {
    agent: {
      summary: 'A key for an agent, for a year',
      value: {
        name: 'deploy agent',
        scopes: ['timers:read', 'timers:write', 'timers:fire'],
        expires_at: '2031-01-31T09:00:00Z',
      },
    },
    reader: { summary: 'A key that sees and changes nothing', value: { name: 'wall', scopes: 'read-only' } },
  },
  claimDomain: { acme: { summary: 'A mail domain', value: { domain: 'acme.com' } } },
  setSso: {
    saml: { summary: 'By SAML', value: { provider_id: 'saml.acme', default_role: 'member' } },
  },
  createSignInLink: { hour: { summary: 'For an hour', value: { session: '1h' } } },
  createSession: {
    code: {
      summary: 'The code of a link',
      value: { code: 'mnt_signin_4fZk0Qw7cTn2Ry9LbXa1Ve4fZk0Qw7cTn2Ry9LbXa1Ve' },
    },
  },
  rotateSigningSecret: { day: { summary: 'Both sign for a day', value: { overlap: '24h' } } },
  rotateApiKey: { day: { summary: 'Both work for a day', value: { overlap: '24h' } } },
  advanceClock: { hour: { summary: 'An hour', value: { by: '1h' } } },
};
