/** The sync door: what a record is on its way between devices. Pure; no network, no keys. */
export * from './canonical-json.ts';
export * from './discarded.ts';
export * from './envelope.ts';
export * from './groups.ts';
export * from './merge.ts';
export * from './restamp.ts';
export * from './stamp.ts';
