/**
 * Ctrl-C reaches every program of a terminal by itself; a signal to this process alone is handed on to those that it
 * started, and it ends after them.
 */
export interface Stopping {
  readonly signal: AbortSignal;
  /** Called when it is time to end; at once where it is already. */
  readonly onStop: (stop: () => void) => void;
}

export const whenAskedToStop = (): Stopping => {
  const asked = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(name, () => {
      asked.abort();
    });
  return {
    signal: asked.signal,
    onStop: (stop) => {
      if (asked.signal.aborted) stop();
      else asked.signal.addEventListener('abort', stop);
    },
  };
};
