/** What a deliberate mistake is: one small change of the code, and who has to notice it. */

export interface Change {
  readonly file: string;
  /** Stands in the file once. */
  readonly from: string;
  readonly to: string;
}

export interface Variant extends Change {
  readonly name: string;
  /** What a person would lose. */
  readonly harm: string;
  /** Where one change is not enough. */
  readonly also?: readonly Change[];
  /** The test files that have to fail; without them seeds of the simulation have to. */
  readonly tests?: readonly string[];
}

export const DEVICE = 'packages/device/src';
export const DOMAIN = 'packages/core-domain/src';
export const SERVICE = 'apps/sync-service/src';
