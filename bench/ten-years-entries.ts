/** One year of entries: moods, questionnaires and logs, at home and on journeys, over changes of the clocks. */
import {
  ActivityLogId,
  AssessmentId,
  type AssessmentStatus,
  InstrumentCode,
  instantOf,
  instruments,
  LEGACY_ANCHORS_VERSION,
  localDateOf,
  MoodEntryId,
  MOOD_SCALE,
  PUBLISHED_VERSION,
  TimeZone,
  UNANSWERED,
} from '@mhb/core-domain';
import { note } from './chance.ts';
import { HOME, idAt, type Keep, type Life, NOW } from './heavy-user.ts';
import type { Things } from './ten-years-things.ts';

interface Year {
  readonly life: Life;
  readonly year: number;
  readonly things: Things;
  readonly chance: () => number;
}

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const YEAR_DAYS = 365.25;
/** When they went to the Trash, or within the hour of being written. */
const DELETED = NOW - 14 * DAY_MS;
/** From this year back there are answers to the questions as the original app worded them. */
const EARLIER_WORDING_YEAR = 7;

/** Three of a year, by how many days before its end they begin; hours ahead of the clock in Greenwich roughly. */
const JOURNEYS = [
  { begins: 330, days: 18, zone: 'America/New_York', hours: -5 },
  { begins: 190, days: 12, zone: 'Asia/Kathmandu', hours: 6 },
  { begins: 75, days: 9, zone: 'Australia/Lord_Howe', hours: 11 },
] as const;

export const writeYear = (year: Year, keep: Keep): void => {
  const { life } = year;
  for (let index = 0; index < life.moods; index += 1)
    keepMood(year, momentIn(year, index / life.moods), keep);
  for (let index = 0; index < life.logs; index += 1) keepLog(year, momentIn(year, index / life.logs), keep);
  for (let index = 0; index < life.assessments; index += 1) {
    // Every questionnaire once on a day at most, so they take turns.
    const instrument = InstrumentCode.options[index % InstrumentCode.options.length]!;
    const isDraft = year.year === 0 && index < InstrumentCode.options.length;
    const moment = momentIn(year, index / life.assessments);
    keepAssessment(year, { ...moment, instrument, status: isDraft ? 'draft' : 'completed' }, keep);
  }
};

interface When {
  readonly ms: number;
  readonly zone: TimeZone;
}

/** `share` of the year before its end, in one of the hours in which people write, a few of them after midnight. */
const momentIn = ({ life, year, chance }: Year, share: number): When => {
  const daysBack = Math.floor(share * (life.days ?? YEAR_DAYS));
  const journey = JOURNEYS.find(({ begins, days }) => daysBack <= begins && daysBack > begins - days);
  const hour = chance() < 0.06 ? chance() * 3 : 7 + chance() * 16;
  const aheadMs = (journey?.hours ?? 1) * HOUR_MS;
  const midnight = Math.floor((NOW - year * YEAR_DAYS * DAY_MS) / DAY_MS) * DAY_MS - daysBack * DAY_MS;
  const ms = Math.floor(midnight - aheadMs + hour * HOUR_MS);
  return {
    ms: Math.min(ms, NOW - Math.floor(chance() * HOUR_MS)),
    zone: TimeZone.parse(journey?.zone ?? HOME),
  };
};

const whereAndWhen = ({ ms, zone }: When) => {
  const at = instantOf(ms);
  return { at, day: { time_zone: zone, local_date: localDateOf(at, zone) } };
};

const deletedAt = ({ life, chance }: Year, { ms }: When): number | null =>
  chance() < life.deleted ? Math.max(DELETED, ms + HOUR_MS) : null;

const keepMood = (year: Year, when: When, keep: Keep): void => {
  const { chance, things } = year;
  const { at, day } = whereAndWhen(when);
  const chosen = Array.from({ length: Math.floor(chance() * 4) }, () => favourite(things, chance));
  const entry = {
    id: MoodEntryId.parse(idAt(when.ms, chance)),
    mood_rating: 1 + Math.floor((chance() + chance() + chance()) * (7 / 3)),
    mood_scale: MOOD_SCALE,
    activity_ids: [...new Set(chosen)],
    notes: note(chance, 2_500),
    recorded_at: at,
    ...day,
    created_at: at,
  };
  keep('mood_entry', entry, deletedAt(year, when));
};

const keepLog = (year: Year, when: When, keep: Keep): void => {
  const { chance, things } = year;
  const { at, day } = whereAndWhen(when);
  const id = ActivityLogId.parse(idAt(when.ms, chance));
  const log = {
    id,
    activity_id: favourite(things, chance),
    logged_at: at,
    ...day,
    notes: note(chance, 300),
    created_at: at,
  };
  keep('activity_log', log, deletedAt(year, when));
};

const keepAssessment = (
  year: Year,
  {
    instrument,
    status,
    ...when
  }: When & { readonly instrument: InstrumentCode; readonly status: AssessmentStatus },
  keep: Keep,
): void => {
  const { at, day } = whereAndWhen(when);
  const { chance } = year;
  const { question_count, answer_max } = instruments[instrument];
  const answers = Array.from({ length: question_count }, () => Math.floor(chance() * (answer_max + 1)));
  const isEarlier = instrument === 'OASIS' && year.year >= EARLIER_WORDING_YEAR;
  const assessment = {
    id: AssessmentId.parse(idAt(when.ms, chance)),
    instrument,
    instrument_version: isEarlier ? LEGACY_ANCHORS_VERSION : PUBLISHED_VERSION,
    responses: status === 'draft' ? [...answers.slice(0, -1), UNANSWERED] : answers,
    status,
    completed_at: at,
    ...day,
    legacy_total_score: isEarlier ? answers.reduce((sum, answer) => sum + answer, 0) : null,
    notes: note(chance, 500),
    created_at: at,
  };
  keep('assessment', assessment, deletedAt(year, when));
};

/** Some are done every day and most of them rarely. */
const favourite = ({ activities }: Things, chance: () => number): Things['activities'][number] =>
  activities[Math.floor(chance() ** 2 * activities.length)]!;
