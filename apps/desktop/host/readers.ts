/** What becomes of a command whose output nobody reads any more. */
let isOutlived = false;

/** Whoever pipes into `head` has read enough, so the program ends. What was answered is on the disk. */
export const endWithReader = (): void => {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    if (!isOutlived) process.exit();
  });
};

/** The app goes on: what it prints is for who started it, and they may have gone. */
export const outliveReader = (): void => {
  isOutlived = true;
  process.stderr.on('error', () => undefined);
};
