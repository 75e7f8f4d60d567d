/** Ends programs that stay open when the terminal or the system asks. A second time ends them at once, as any program. */
export const untilAskedToStop = (): AbortSignal => {
  const asked = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.once(signal, () => {
      asked.abort();
    });
  return asked.signal;
};
