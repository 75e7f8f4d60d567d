/** The document of an export, read from a file and not trusted: every record in it can be used, or is counted. */
import { entityKinds, err, isEntityKind, ok, type Result } from '@mhb/core-domain';
import { z } from 'zod';
import { EXPORT_FORMAT, EXPORT_VERSION } from './json-export.ts';
import { type FileRecord, NEWER, readRecord } from './json-record.ts';
import { readTextFile, type TextFileFailure } from './text-file.ts';

export interface JsonFileFailure {
  readonly type: 'ExportDamaged' | 'NotAnExport' | 'NewerExport';
}

/** Records of one kind that can't be used, for one reason. Nothing of what stands in them is told. */
export const Unusable = z
  .strictObject({
    kind: z
      .enum([...entityKinds, 'unknown'])
      .describe('unknown for a kind that this version of the app doesn’t have.'),
    reason: z.string(),
  })
  .readonly();
export type Unusable = z.infer<typeof Unusable>;

export interface JsonFile {
  readonly records: readonly FileRecord[];
  readonly unusable: readonly Unusable[];
}

/** Enough for more than 200,000 records; a larger text would not fit into memory twice. */
const FILE_MIB_MAX = 128;

const Head = z.looseObject({ format: z.literal(EXPORT_FORMAT), version: z.int().min(1) });
const Document = z.strictObject({
  format: z.literal(EXPORT_FORMAT),
  version: z.literal(EXPORT_VERSION),
  records: z.record(z.string(), z.array(z.unknown())),
});

export const readJsonFile = (path: string): Result<JsonFile, JsonFileFailure | TextFileFailure> => {
  const text = readTextFile(path, { mibMax: FILE_MIB_MAX });
  if (!text.ok) return text;
  const parsed = parseJson(text.value);
  if (!parsed.ok) return parsed;

  const head = Head.safeParse(parsed.value);
  if (!head.success) return err({ type: 'NotAnExport' });
  if (head.data.version > EXPORT_VERSION) return err({ type: 'NewerExport' });
  const document = Document.safeParse(parsed.value);
  return document.success ? ok(readRecords(document.data.records)) : err({ type: 'ExportDamaged' });
};

const parseJson = (text: string): Result<unknown, JsonFileFailure> => {
  try {
    return ok(JSON.parse(text));
  } catch {
    return err({ type: 'ExportDamaged' });
  }
};

const readRecords = (listByKind: Readonly<Record<string, readonly unknown[]>>): JsonFile => {
  const records: FileRecord[] = [];
  const unusable: Unusable[] = [];
  const seen = new Set<string>();
  for (const kind of entityKinds) {
    for (const value of listByKind[kind] ?? []) {
      const record = readRecord(kind, value);
      if (!record.ok) unusable.push({ kind, reason: record.error });
      else if (seen.has(record.value.id)) unusable.push({ kind, reason: 'its id stands in the file twice' });
      else records.push(record.value);
      if (record.ok) seen.add(record.value.id);
    }
  }
  for (const [kind, list] of Object.entries(listByKind)) {
    if (!isEntityKind(kind)) for (const _ of list) unusable.push({ kind: 'unknown', reason: NEWER });
  }
  return { records, unusable };
};
