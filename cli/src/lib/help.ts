/** What `--help` says beyond the options. */
export interface HelpText {
  /** Shape of the JSON output. */
  output: string;
  /** Error codes worth knowing; any command may also fail with those of `COMMON_ERRORS`. */
  errors?: readonly string[];
  /** Exit codes beyond 0, 1 and 2. */
  exitCodes?: string;
  /** Command lines. */
  examples: readonly string[];
}

const COMMON_ERRORS = ['unauthenticated', 'unreachable', 'server_start_failed'];

/** The help as text to follow the options. */
export function renderHelp({ output, errors = [], exitCodes, examples }: HelpText): string {
  const parts = [
    `Output (--json, or piped):\n${indent(output)}`,
    `Errors (exit code 1; 2 when the command line is wrong):\n${indent(
      `{"error":{"code":"…","message":"…"}} on stderr\ncodes: ${[...errors, ...COMMON_ERRORS].join(', ')}`,
    )}`,
    ...(exitCodes === undefined ? [] : [`Exit codes:\n${indent(exitCodes)}`]),
    `Examples:\n${indent(examples.map((example) => `$ ${example}`).join('\n'))}`,
  ];
  return `\n${parts.join('\n\n')}`;
}

function indent(text: string): string {
  return text.replaceAll(/^/gm, '  ');
}
