/**
 * Which results may be drawn as one line. Answers to other words are another scale, so every version of an
 * instrument is a series of its own and never meets the published cut-off.
 */
import { z } from 'zod';
import { LEGACY_ANCHORS_VERSION, PUBLISHED_VERSION, type Assessment } from './assessment.ts';
import { instruments } from './instruments.ts';

export const AssessmentSeries = z
  .strictObject({
    key: z.string().describe('The same for results that belong together: "OASIS", "OASIS/legacy-anchors".'),
    display_name: z.string(),
    comparable: z.boolean().describe('Whether bands, cut-off and yardstick of the instrument hold for it.'),
  })
  .readonly();
export type AssessmentSeries = z.infer<typeof AssessmentSeries>;

export const seriesOf = ({
  instrument,
  instrument_version,
}: Pick<Assessment, 'instrument' | 'instrument_version'>): AssessmentSeries => {
  const { display_name } = instruments[instrument];
  if (isPublishedWording(instrument_version)) return { key: instrument, display_name, comparable: true };
  const wording = instrument_version === LEGACY_ANCHORS_VERSION ? 'earlier wording' : instrument_version;
  return {
    key: `${instrument}/${instrument_version}`,
    display_name: `${display_name}, ${wording}`,
    comparable: false,
  };
};

export const isPublishedWording = (instrumentVersion: string): boolean =>
  instrumentVersion === PUBLISHED_VERSION;
