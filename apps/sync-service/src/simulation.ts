/**
 * The door for the simulation: the one gate to the database, so that another database can stand behind it, and every
 * repository, so that both can be asked the same.
 */
export { hashSecret } from './authenticate.ts';
export { nextChain } from './chain.ts';
export { readCursor } from './cursor.ts';
export {
  type Database,
  type Isolation,
  OutcomeUnknown,
  type SqlValue,
  type Transaction,
  Unavailable,
} from './database/database.ts';
export * as accounts from './accounts-repository.ts';
export * as devices from './devices-repository.ts';
export * as keyrings from './keyring-repository.ts';
export * as mailboxes from './mailboxes-repository.ts';
export * as records from './records-repository.ts';
