/** Why the last sync failed, in plain words, by the code the device keeps. */
const words: Readonly<Record<string, string>> = {
  Offline: 'The service could not be reached.',
  CertificateNotTrusted: 'The service could not show that it is the one at this address.',
  NotASyncService: 'What answers at this address is not a sync service.',
  ServiceMisbehaved: 'The service gave an answer that makes no sense.',
  KeysChangedElsewhere: 'Another device has changed the keys of this account.',
  WrongKey: 'The keys of this device do not fit this account.',
  unauthorized: 'The service no longer accepts this device.',
  device_revoked: 'The service no longer accepts this device.',
  key_revoked: 'The service no longer accepts this device.',
};

export const failureWords = (code: string): string => words[code] ?? `The service refused it (${code}).`;
