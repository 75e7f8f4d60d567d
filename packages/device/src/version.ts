/** Which version of the app this is; a record that an earlier one could not use is tried again. */
import { readFileSync } from 'node:fs';
import { z } from 'zod';

export const APP_VERSION: string = z
  .object({ version: z.string() })
  .parse(JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))).version;
