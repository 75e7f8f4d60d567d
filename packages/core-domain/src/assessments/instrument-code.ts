/** The questionnaires the tracker knows, by the short code that stands in stored records. */
import { z } from 'zod';

export const InstrumentCode = z
  .enum(['PHQ9', 'GAD7', 'CESD', 'OASIS'])
  .describe('The questionnaire: PHQ9 and CESD ask about depression, GAD7 and OASIS about anxiety.');
export type InstrumentCode = z.infer<typeof InstrumentCode>;
