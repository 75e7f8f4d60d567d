/**
 * The door for the simulation: the one gate to the database, so that another database can stand behind it, and every
 * repository, so that both can be asked the same.
 */
export { hashSecret } from './http/authenticate.ts';
export { nextChain } from './records/chain.ts';
export { readCursor } from './records/cursor.ts';
export {
  type Database,
  type Isolation,
  OutcomeUnknown,
  type SqlValue,
  type Transaction,
  Unavailable,
} from './database/database.ts';
export * as accounts from './accounts/accounts-repository.ts';
export * as batches from './records/batches-repository.ts';
export * as devices from './accounts/devices-repository.ts';
export * as keyrings from './accounts/keyring-repository.ts';
export * as mailboxes from './accounts/mailboxes-repository.ts';
export * as records from './records/records-repository.ts';
