/** The tables of the instruments hold together, and with the vectors of an independent program. */
import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import vectors from '../../vectors/assessment_scoring.json' with { type: 'json' };
import { InstrumentCode } from './instrument-code.ts';
import { instruments } from './instruments.ts';
import { seriesOf } from './series.ts';

describe.each(InstrumentCode.options)('%s', (code) => {
  const instrument = instruments[code];

  test('has a numbered question for every answer, and an option for every value', () => {
    expect(instrument.questions.map(({ number }) => number)).toEqual(
      Array.from({ length: instrument.question_count }, (_, index) => index + 1),
    );
    for (const { options } of instrument.questions) expect(options).toHaveLength(instrument.answer_max + 1);
    expect(instrument.score_max).toBe(instrument.question_count * instrument.answer_max);
  });

  test('has bands that follow each other without gaps from the lowest score to the highest', () => {
    const { bands } = instrument;
    expect(bands[0]?.score_min).toBe(instrument.score_min);
    expect(bands.at(-1)?.score_max).toBe(instrument.score_max);
    for (const [index, band] of bands.entries()) {
      expect(band.score_min).toBe(index === 0 ? 0 : (bands[index - 1]?.score_max ?? 0) + 1);
    }
  });

  test('has the bands and the cut-off of the vectors', () => {
    const bands = instrument.bands.map(({ severity, score_max }) => ({ max: score_max, level: severity }));
    expect(bands).toEqual(vectors.meta.bands[code]);
    expect(instrument.cut_off).toBe(vectors.meta.cutoffs[code]);
    // Every cut-off is the start of a band, so the line of the chart and the words agree.
    expect(instrument.bands.map(({ score_min }) => score_min)).toContain(instrument.cut_off);
  });

  test('is named by its code and says where it is from', () => {
    expect(instrument.instrument).toBe(code);
    for (const text of [instrument.instruction, instrument.attribution, ...instrument.sources]) {
      expect(text).toMatch(/[.?]$/);
    }
  });
});

test('only the bands of PHQ-9 and GAD-7 are called validated', () => {
  const validated = Object.values(instruments).filter(({ bands_validated }) => bands_validated);
  expect(validated.map(({ instrument }) => instrument)).toEqual(['PHQ9', 'GAD7']);
});

test('the reversed questions of the CES-D are the four happy ones', () => {
  expect(instruments.CESD.reversed_questions).toEqual(vectors.meta.reverse_items.CESD);
  const happy = instruments.CESD.reversed_questions.map(
    (number) => instruments.CESD.questions[number - 1]?.text,
  );
  expect(happy).toEqual([
    'I felt that I was just as good as other people',
    'I felt hopeful about the future',
    'I was happy',
    'I enjoyed life',
  ]);
});

test('the names of the dashboard', () => {
  expect(Object.values(instruments).map(({ display_name }) => display_name)).toEqual([
    'PHQ-9 (Depression)',
    'GAD-7 (Anxiety)',
    'CES-D (Depression)',
    'OASIS (Anxiety)',
  ]);
});

/** A changed word is another instrument: compare with the published form before a fingerprint is changed. */
test.each([
  { code: 'PHQ9', fingerprint: 'c9ae5d25e25f3ca9' },
  { code: 'GAD7', fingerprint: 'ae2419f445ec9cbd' },
  { code: 'CESD', fingerprint: 'ae7315a22908df6d' },
  { code: 'OASIS', fingerprint: '74bb9177b6031436' },
] as const)('the wording of $code is the one that was checked', ({ code, fingerprint }) => {
  const { instruction, questions, functional_question } = instruments[code];
  const wording = JSON.stringify({ instruction, questions, functional_question });
  expect(createHash('sha256').update(wording).digest('hex').slice(0, 16)).toBe(fingerprint);
});

test('answers to the earlier wording of the OASIS are a series of their own', () => {
  const published = seriesOf({ instrument: 'OASIS', instrument_version: 'published' });
  const legacy = seriesOf({ instrument: 'OASIS', instrument_version: 'legacy-anchors' });
  expect(published).toEqual({ key: 'OASIS', display_name: 'OASIS (Anxiety)', comparable: true });
  expect(legacy).toEqual({
    key: 'OASIS/legacy-anchors',
    display_name: 'OASIS (Anxiety), earlier wording',
    comparable: false,
  });
});

test('a wording that only a newer app knows is not mixed with the published one', () => {
  expect(seriesOf({ instrument: 'PHQ9', instrument_version: 'short' })).toMatchObject({
    key: 'PHQ9/short',
    comparable: false,
  });
});
