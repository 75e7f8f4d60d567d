/** A promise of our own that must hold. Breaking it is a bug, so it throws and nobody catches it to carry on. */
export function assert(condition: unknown, promise: string): asserts condition {
  if (condition !== true && !condition) throw new Error(`Broken promise: ${promise}`);
}
