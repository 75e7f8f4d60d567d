/** Something an operator can mend: its message is the one sentence they read. */
export class StartProblem extends Error {
  override readonly name = 'StartProblem';
}

/** Why nothing can listen there, in words where that is known. */
export const listenProblem = (error: unknown, host: string, port: number): unknown => {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE') {
    return new StartProblem(
      `Port ${String(port)} is in use by another program. Choose another one with --port.`,
    );
  }
  if (code === 'EACCES') {
    return new StartProblem(
      `Port ${String(port)} may not be used by this user. Choose one above 1023 with --port.`,
    );
  }
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
    return new StartProblem(`${host} is not an address of this computer. Choose another one with --host.`);
  }
  return error;
};
