const CREDENTIAL = /^MINOOTS_.*(?:KEY|SECRET|TOKEN)/;

/**
 * What a command finds in its environment: the variables of the runner without the credentials of MINOOTS, and those of
 * its job, which win.
 */
export function commandEnvironment(
  own: NodeJS.ProcessEnv,
  ofJob: Readonly<Record<string, string>>,
): NodeJS.ProcessEnv {
  const kept = Object.entries(own).filter(([name]) => !CREDENTIAL.test(name));
  return { ...Object.fromEntries(kept), ...ofJob };
}
