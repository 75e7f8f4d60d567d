/**
 * A lock that dies with its process: SQLite's exclusive lock on a file of its own. (Node has no file locks, and a
 * file that merely exists would outlive a kill.)
 */
import Driver from 'better-sqlite3-multiple-ciphers';
import { closeSync, openSync } from 'node:fs';

/** Two commands typed one after the other overlap for a moment. */
const WAIT_MS = 10_000;

/** A driver that nothing refers to is closed when memory is tidied up, and its lock would go with it. */
const held = new Set<Driver.Database>();

/** How to let go again, or `undefined` where another process holds it. */
export const openLock = (path: string, waitMs = WAIT_MS): (() => void) | undefined => {
  closeSync(openSync(path, 'a', 0o600));
  const driver = new Driver(path, { timeout: waitMs });
  try {
    driver.exec('begin exclusive');
  } catch (error) {
    driver.close();
    if (error instanceof Driver.SqliteError && error.code === 'SQLITE_BUSY') return undefined;
    throw error;
  }
  held.add(driver);
  return () => {
    held.delete(driver);
    driver.close();
  };
};
