/** What every command answers when it is refused: a type, a sentence for a person, and facts; never their words. */
import { z } from 'zod';

const plain = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const Fact = z.union([plain, z.array(plain).readonly()]);

export const Refusal = z
  .object({
    type: z
      .string()
      .regex(/^[A-Z][A-Za-z]{1,60}$/)
      .describe('What kind of refusal it is.'),
    message: z.string().min(5).max(2_000).describe('One sentence for a person.'),
    fields: z.array(z.string()).readonly().optional().describe('The fields of the input it is about.'),
    problems: z
      .array(z.strictObject({ field: z.string(), problem: z.string() }).readonly())
      .readonly()
      .optional()
      .describe('For InvalidInput: what each field must be.'),
  })
  .catchall(Fact)
  .readonly();
export type Refusal = z.infer<typeof Refusal>;
