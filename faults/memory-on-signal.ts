/** Loaded into a service beside its program: on SIGUSR2 it collects garbage and writes down what memory it holds. */
import { writeFileSync } from 'node:fs';

process.on('SIGUSR2', () => {
  globalThis.gc?.();
  const { rss, heapUsed, external } = process.memoryUsage();
  writeFileSync(process.env.MHB_MEMORY_FILE ?? '/dev/null', JSON.stringify({ rss, heapUsed, external }));
});
