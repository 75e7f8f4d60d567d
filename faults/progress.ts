/** How a long suite says where it stands: at most one line a second, on a terminal over the one before. */
export const progressOf = (what: string, total: number): ((done: number) => void) => {
  let saidAt = performance.now();
  return (done) => {
    if (performance.now() - saidAt < 1_000 && done < total) return;
    saidAt = performance.now();
    const isTerminal = process.stderr.isTTY;
    const end = isTerminal && done < total ? '\r' : '\n';
    // In a log every tenth part is enough.
    if (isTerminal || done === total || done % Math.max(1, Math.ceil(total / 10)) === 0)
      process.stderr.write(`${what}: ${String(done)} of ${String(total)}${end}`);
  };
};
