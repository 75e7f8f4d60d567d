/** The wire door: what a device and the service say to each other. It names nothing that a person tracks. */
export * from './api-key.ts';
export * from './error-codes.ts';
export * from './limits.ts';
export * from './protocol.ts';
export * from './account.ts';
export * from './devices.ts';
