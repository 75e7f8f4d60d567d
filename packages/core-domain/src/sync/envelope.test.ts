/** What an envelope is made of, what an edit touches, and when a record is alive. */
import { describe, expect, test } from 'vitest';
import { entityKinds, entitySchemas } from '../entities.ts';
import { ActivityId, AssessmentId, RecordId } from '../ids.ts';
import { MoodEntry } from '../mood.ts';
import { Assessment } from '../assessments/assessment.ts';
import { instantOf } from '../time.ts';
import {
  createEnvelope,
  deletedAt,
  deleteEnvelope,
  editEnvelope,
  entityOf,
  eraseEnvelope,
  isErased,
  lastStampOf,
  readEnvelope,
  restoreEnvelope,
} from './envelope.ts';
import { devices } from './envelope.testing.ts';
import { LIFE, recordGroups } from './groups.ts';
import { mergeEnvelopes } from './merge.ts';
import { DeviceId, stampOf } from './stamp.ts';

const NOON = Date.parse('2025-03-10T12:00:00Z');
const at = (minutes: number, device = DeviceId.parse(devices[0])) =>
  stampOf(NOON + minutes * 60_000, 0, device);
const elsewhere = DeviceId.parse(devices[1]);

const walk = ActivityId.parse('0195804a-0000-7000-8000-00000000000a');
const mood = MoodEntry.parse({
  id: '0195804a-0000-7000-8000-000000000001',
  mood_rating: 3,
  mood_scale: '1-7',
  activity_ids: [walk],
  notes: null,
  recorded_at: '2025-03-10T12:00:00.000Z',
  time_zone: 'Europe/Berlin',
  local_date: '2025-03-10',
  created_at: '2025-03-10T12:00:00.000Z',
});
const made = createEnvelope('mood_entry', mood, at(0));

describe('[R1] an envelope', () => {
  test('[R1] is { v, type, schema, groups } with a stamp on every group', () => {
    expect(made).toEqual({
      v: 1,
      type: 'mood_entry',
      schema: 1,
      groups: {
        origin: { created_at: mood.created_at, stamp: at(0) },
        rating: { mood_rating: 3, mood_scale: '1-7', stamp: at(0) },
        activities: { activity_ids: [walk], stamp: at(0) },
        notes: { notes: null, stamp: at(0) },
        moment: {
          recorded_at: mood.recorded_at,
          time_zone: 'Europe/Berlin',
          local_date: '2025-03-10',
          stamp: at(0),
        },
      },
    });
  });

  test('[R1] gives back the entity it was made of', () => {
    expect(entityOf(RecordId.parse(mood.id), made)).toEqual({
      ok: true,
      value: { kind: 'mood_entry', entity: mood, deleted_at: null },
    });
  });

  test.each([
    { name: 'another version', value: { ...made, v: 2 } },
    { name: 'no groups', value: { v: 1, type: 'mood_entry', schema: 1 } },
    { name: 'a group without a stamp', value: { ...made, groups: { rating: { mood_rating: 3 } } } },
    { name: 'a type of no letters', value: { ...made, type: '' } },
    { name: 'a type of 41 letters', value: { ...made, type: 'a'.repeat(41) } },
    { name: 'a schema below the first', value: { ...made, schema: 0 } },
    { name: 'a group of no letters', value: { ...made, groups: { '': { stamp: at(0) } } } },
    { name: 'a group of 41 letters', value: { ...made, groups: { ['a'.repeat(41)]: { stamp: at(0) } } } },
    { name: 'text', value: 'mood_entry' },
    { name: 'null', value: null },
  ])('[R1] is not read from $name', ({ value }) => {
    expect(readEnvelope(value)).toEqual({ ok: false, error: { type: 'NotAnEnvelope' } });
  });

  test('[R1] is read with names of one and of 40 letters, and with a schema that is not known yet', () => {
    for (const name of ['a', 'a'.repeat(40)]) {
      const value = { v: 1, type: name, schema: 7, groups: { [name]: { stamp: at(0) } } };
      expect(readEnvelope(value)).toEqual({ ok: true, value });
    }
  });

  test('[R1] without one of its groups is refused by the names of its fields', () => {
    const { rating: _, ...groups } = made.groups;
    expect(entityOf(RecordId.parse(mood.id), { ...made, groups })).toMatchObject({
      error: { type: 'Malformed', fields: ['mood_rating', 'mood_scale'] },
    });
  });

  test('[R1] of a newer schema or an unknown type is kept for a newer app', () => {
    const id = RecordId.parse(mood.id);
    expect(entityOf(id, { ...made, schema: 2 })).toEqual({ ok: false, error: { type: 'NewerSchema' } });
    expect(entityOf(id, { ...made, type: 'dream' })).toEqual({ ok: false, error: { type: 'NewerSchema' } });
  });

  test('[R1] with a value that cannot be is refused by the name of its field', () => {
    const groups = { ...made.groups, rating: { mood_rating: 8, mood_scale: '1-7', stamp: at(0) } };
    expect(entityOf(RecordId.parse(mood.id), { ...made, groups })).toEqual({
      ok: false,
      error: { type: 'Malformed', fields: ['mood_rating'] },
    });
  });
});

describe('[R3] groups', () => {
  test.each(entityKinds.map((kind) => ({ kind })))('[R3] hold every field of $kind once', ({ kind }) => {
    const fields = Object.values(recordGroups[kind]).flat().toSorted();
    const expected = Object.keys(entitySchemas[kind].unwrap().shape).filter((field) => field !== 'id');
    expect(fields).toEqual(expected.toSorted());
  });

  test('[R3] an assessment merges as a whole: no questionnaire that nobody answered', () => {
    const assessment = Assessment.parse({
      id: AssessmentId.parse('0195804a-0000-7000-8000-000000000002'),
      instrument: 'GAD7',
      instrument_version: 'published',
      responses: [0, 0, 0, 0, 0, 0, 0],
      status: 'draft',
      completed_at: '2025-03-10T12:00:00.000Z',
      time_zone: 'Europe/Berlin',
      local_date: '2025-03-10',
      legacy_total_score: null,
      notes: null,
      created_at: '2025-03-10T12:00:00.000Z',
    });
    const first = createEnvelope('assessment', assessment, at(0));
    const edit = (responses: readonly number[], stamp: ReturnType<typeof at>) =>
      editEnvelope(first, {
        kind: 'assessment',
        entity: { ...assessment, responses, status: 'completed' },
        stamp,
      });
    const here = edit([3, 0, 0, 0, 0, 0, 0], at(1));
    const there = edit([0, 3, 3, 3, 3, 3, 3], at(2, elsewhere));
    const merged = entityOf(RecordId.parse(assessment.id), mergeEnvelopes(here, there));
    expect(merged).toMatchObject({ value: { entity: { responses: [0, 3, 3, 3, 3, 3, 3] } } });
  });

  test('[R3] edits to different fields of one mood are both kept', () => {
    const rated = { ...mood, mood_rating: 5 };
    const noted = { ...mood, notes: 'Slept well' };
    const here = editEnvelope(made, { kind: 'mood_entry', entity: rated, stamp: at(1) });
    const there = editEnvelope(made, { kind: 'mood_entry', entity: noted, stamp: at(2, elsewhere) });
    expect(entityOf(RecordId.parse(mood.id), mergeEnvelopes(here, there))).toMatchObject({
      value: { entity: { mood_rating: 5, notes: 'Slept well' } },
    });
  });
});

describe('an edit', () => {
  const edited = editEnvelope(made, {
    kind: 'mood_entry',
    entity: { ...mood, mood_rating: 5 },
    stamp: at(1),
  });

  test('[R3] stamps only the groups whose fields differ', () => {
    expect(edited.groups.rating).toEqual({ mood_rating: 5, mood_scale: '1-7', stamp: at(1) });
    const { rating: _, ...others } = edited.groups;
    const { rating: __, ...before } = made.groups;
    expect(others).toEqual(before);
    expect(lastStampOf(edited)).toBe(at(1));
  });

  test('[R3] that changes nothing is none', () => {
    expect(editEnvelope(made, { kind: 'mood_entry', entity: mood, stamp: at(1) })).toEqual(made);
  });

  test('[M1] keeps groups and fields of a newer app', () => {
    const newer = {
      ...made,
      groups: {
        ...made.groups,
        rating: { mood_rating: 3, mood_scale: '1-7', certainty: 0.5, stamp: at(0) },
        weather: { sky: 'grey', stamp: at(0) },
      },
    };
    const after = editEnvelope(newer, {
      kind: 'mood_entry',
      entity: { ...mood, mood_rating: 5 },
      stamp: at(1),
    });
    expect(after.groups.rating).toEqual({ mood_rating: 5, mood_scale: '1-7', certainty: 0.5, stamp: at(1) });
    expect(after.groups.weather).toEqual({ sky: 'grey', stamp: at(0) });
  });
});

describe('[M3] a deleted record', () => {
  const day = instantOf(NOON);
  const deleted = deleteEnvelope(made, day, at(5));
  const editedAt = (minutes: number) =>
    editEnvelope(made, {
      kind: 'mood_entry',
      entity: { ...mood, notes: 'Rain' },
      stamp: at(minutes, elsewhere),
    });

  test('[M3] says when it was deleted and can still be read', () => {
    expect(deletedAt(deleted)).toBe(day);
    expect(entityOf(RecordId.parse(mood.id), deleted)).toMatchObject({
      value: { entity: mood, deleted_at: day },
    });
  });

  test('[M3] comes back through a later edit elsewhere, which is kept', () => {
    const merged = mergeEnvelopes(deleted, editedAt(6));
    expect(deletedAt(merged)).toBeNull();
    expect(merged.groups.notes?.notes).toBe('Rain');
  });

  test('[M3] stays deleted after an earlier edit elsewhere, which can be read in the Trash', () => {
    const merged = mergeEnvelopes(deleted, editedAt(4));
    expect(deletedAt(merged)).toBe(day);
    expect(merged.groups.notes?.notes).toBe('Rain');
  });

  test('[M3] stays deleted beside an edit under the same stamp', () => {
    const { stamp } = deleted.groups.life ?? { stamp: at(0) };
    const groups = { ...deleted.groups, notes: { notes: 'Rain', stamp } };
    expect(deletedAt({ ...deleted, groups })).toBe(day);
  });

  test('[M3] comes back when it is restored, and can be deleted again', () => {
    const restored = restoreEnvelope(deleted, at(6));
    expect(deletedAt(restored)).toBeNull();
    expect(deletedAt(deleteEnvelope(restored, day, at(7)))).toBe(day);
    expect(restored.groups[LIFE]).toEqual({ stamp: at(6), deleted_at: null });
  });
});

describe('[M6] an erase certificate', () => {
  const erased = eraseEnvelope(made, at(1));

  test('[M6] holds nothing of the record', () => {
    expect(isErased(erased)).toBe(true);
    expect(erased).toEqual({ v: 1, type: 'mood_entry', schema: 1, groups: { erased: { stamp: at(1) } } });
  });

  test('[M6] beats an edit, a deletion and a restoration made later', () => {
    const later = [
      editEnvelope(made, { kind: 'mood_entry', entity: { ...mood, notes: 'Rain' }, stamp: at(9) }),
      deleteEnvelope(made, instantOf(NOON), at(9)),
      restoreEnvelope(made, at(9)),
    ];
    for (const envelope of later) expect(mergeEnvelopes(envelope, erased)).toEqual(erased);
  });
});
