/** Two living things of one kind with the same name confuse the person who chooses; a form refuses the second. */
import { err, ok, type Result, sameNameKey } from '@mhb/core-domain';

export interface DuplicateName {
  readonly type: 'DuplicateName';
  readonly fields: readonly ['name'];
}

/** Case and Unicode form make no difference. `others` may hold the thing itself. */
export const refuseDuplicateName = (
  others: readonly { readonly id: string; readonly name: string }[],
  named: { readonly id: string | null; readonly name: string },
): Result<void, DuplicateName> => {
  const key = sameNameKey(named.name);
  const taken = others.some((other) => other.id !== named.id && sameNameKey(other.name) === key);
  return taken ? err({ type: 'DuplicateName', fields: ['name'] }) : ok(undefined);
};
