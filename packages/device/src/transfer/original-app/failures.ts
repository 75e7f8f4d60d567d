/** Why nothing could be read from an original app's file, each with one sentence for the person. */

export type ForeignFileFailure =
  | { readonly type: Exclude<keyof typeof sentences, 'OlderVersion'>; readonly message: string }
  | { readonly type: 'OlderVersion'; readonly version: number; readonly message: string };

const sentences = {
  NoSuchFile: 'There is no such file.',
  NotReadable: 'This file cannot be read: it is a folder, or the system does not allow it.',
  StillChanging: 'The original app is writing to this file; close it and try again.',
  NotCopied: 'There is no room for, or no right to make, the private copy that is read.',
  NotADatabase: 'This file is not a database of the original app.',
  OlderVersion:
    'An earlier version of the original app wrote this file; opening it once with the last version upgrades it.',
  FileDamaged: 'This file is damaged so badly that nothing could be read from it.',
} as const;

export const failure = (type: Exclude<keyof typeof sentences, 'OlderVersion'>): ForeignFileFailure => ({
  type,
  message: sentences[type],
});

export const olderVersion = (version: number): ForeignFileFailure => ({
  type: 'OlderVersion',
  version,
  message: `This file has version ${String(version)}. ${sentences.OlderVersion}`,
});
