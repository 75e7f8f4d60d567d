/** One folder for everything that a run of the tests leaves behind; it goes when the run is over. */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const setup = (): (() => void) => {
  const folder = mkdtempSync(join(tmpdir(), 'mhb-'));
  // Postgres may run as another user, who has to pass through.
  chmodSync(folder, 0o711);
  process.env.TMPDIR = folder;
  return () => {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  };
};
