/**
 * Ends this process with SIGKILL at one write, COMMIT or request, before it or once it was done. Imported before
 * anything is opened: it stands between the driver of SQLite, or `fetch`, and whoever calls them. What only reads is
 * not counted: it leaves everything as what stood before it did.
 */
import Driver from 'better-sqlite3-multiple-ciphers';

export type Side = 'before' | 'after';

let counted = 0;
let target = { at: 0, side: 'before' as Side };

/** Begins to count anew, and ends the process at this one; never at 0. */
export const cutAt = (at: number, side: Side): void => {
  counted = 0;
  target = { at, side };
};

export const countedSoFar = (): number => counted;

const passes = (side: Side, number: number): void => {
  if (number === target.at && side === target.side) process.kill(process.pid, 'SIGKILL');
};

interface Statement {
  readonly source: string;
  readonly readonly: boolean;
}

const isCounted = ({ source, readonly }: Statement): boolean =>
  !readonly || /^(?:begin|commit|savepoint|release)/i.test(source);

const wrapStatements = (): void => {
  const driver = new Driver(':memory:');
  const prototype = Object.getPrototypeOf(driver.prepare('select 1')) as Record<string, unknown>;
  driver.close();
  for (const name of ['run', 'get', 'all']) {
    const original = prototype[name] as (this: Statement, ...values: unknown[]) => unknown;
    prototype[name] = function (this: Statement, ...values: unknown[]): unknown {
      if (!isCounted(this)) return original.apply(this, values);
      const number = (counted += 1);
      passes('before', number);
      const answer = original.apply(this, values);
      passes('after', number);
      return answer;
    };
  }
};

const wrapRequests = (): void => {
  const original = globalThis.fetch;
  globalThis.fetch = async (...request) => {
    const number = (counted += 1);
    passes('before', number);
    const answer = await original(...request);
    passes('after', number);
    return answer;
  };
};

wrapStatements();
wrapRequests();
