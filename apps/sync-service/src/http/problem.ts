/** A refusal: thrown in a route, answered as a problem document (RFC 9457) with a code of the closed list. */
import { errorCodes, type ErrorCode, type Problem } from '@mhb/core-domain/wire';

export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly code: ErrorCode;
  /** Names of members that were not understood, never their values. */
  readonly fields: readonly string[] | undefined;

  constructor(code: ErrorCode, fields?: readonly string[]) {
    super(code);
    this.code = code;
    this.fields = fields;
  }
}

export const problemOf = (code: ErrorCode, fields?: readonly string[]): Problem => ({
  type: `urn:mental-health-bar:problem:${code}`,
  title: errorCodes[code].words,
  status: errorCodes[code].status,
  code,
  ...(fields === undefined || fields.length === 0 ? {} : { fields: [...fields] }),
});
