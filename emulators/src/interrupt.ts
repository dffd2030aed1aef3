/** Aborted by the signals that ask this process to end; they then do not end it by themselves. */
export function untilInterrupted(): AbortSignal {
  const interrupt = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => interrupt.abort(name));
  }
  return interrupt.signal;
}
