/** Something an operator can mend: its message is the one sentence they read. */
export class StartProblem extends Error {
  override readonly name = 'StartProblem';
}
