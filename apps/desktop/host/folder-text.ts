/** What a person reads when the data folder can't be opened. Names the folder, which they chose, and what to do. */
import type { Failure } from '@mhb/device';

/** `undefined` for a failure that has nothing to do with the folder. */
export const folderText = (
  failure: Failure & { readonly pid?: number | null },
  dataDir: string,
): string | undefined => {
  switch (failure.type) {
    case 'NotAFolder':
      return `${dataDir} is not a folder. Choose another one with --data-dir.`;
    case 'AnotherOwner':
      return `The folder ${dataDir} belongs to another user of this computer. Choose another one with --data-dir.`;
    case 'NoAccess':
      return `The folder ${dataDir} can’t be written to. Check its permissions or choose another one with --data-dir.`;
    case 'FolderInUse':
      return `The folder ${dataDir} is in use by another process${pidText(failure.pid)}. Wait for it, or close it.`;
    case 'NewerDatabase':
      return `The entries in ${dataDir} were written by a newer version of the app. Update this one; nothing was changed.`;
    default:
      return undefined;
  }
};

const pidText = (pid: number | null | undefined): string =>
  pid === null || pid === undefined ? '' : ` (pid ${String(pid)})`;
