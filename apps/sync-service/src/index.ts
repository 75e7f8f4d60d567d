/** The door of the service, for tests and benchmarks: the application without a port. */
export { type AppDeps, createApp } from './app.ts';
export { createAccount } from './accounts/accounts.ts';
export { openServiceDatabase, type ServiceDatabase } from './open-service-database.ts';
