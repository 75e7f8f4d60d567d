/**
 * Ways to get sync wrong, each as one small change of the code. The suite is worth as much as what it finds: each of
 * them has to be caught (`npm run simulate:variants`).
 */
import { deviceVariants } from './device-variants.ts';
import { sealingVariants } from './sealing-variants.ts';
import { seededVariants } from './seeded-variants.ts';
import { serviceVariants } from './service-variants.ts';
import type { Variant } from './variant.ts';

export const variants: readonly Variant[] = [
  ...seededVariants,
  ...sealingVariants,
  ...deviceVariants,
  ...serviceVariants,
];
