/**
 * What belongs to this computer and not to the person's records, in `window.json` of the data folder. It can be read
 * while the entries are locked, so that whom to call can be seen then too. A file that is damaged counts as none.
 */
import { err, ok, type Result } from '@mhb/core-domain';
import { readPrivateFile, writePrivateFile } from '@mhb/device';
import { join } from 'node:path';
import { z } from 'zod';
import { refused, type Refused } from './answers.ts';

const text = (max: number) => z.string().trim().max(max);

const HelpContact = z.strictObject({
  name: text(80).min(1),
  number: text(40).min(1),
  note: text(200).default(''),
});

const fields = {
  theme: z.enum(['system', 'light', 'dark']),
  shortcuts: z.boolean(),
  /** Whether reminders and sync go on after the window was closed. */
  background: z.boolean(),
  first_run_done: z.boolean(),
  /** Null for by the width of the window. */
  questions_on_one_page: z.boolean().nullable(),
  /** How long nobody asks anything until the entries are locked; only where a passphrase opens them. */
  lock_after_minutes: z
    .int()
    .min(1)
    .max(24 * 60)
    .nullable(),
  help_contacts: z.array(HelpContact).max(10).readonly(),
};

const WindowSettings = z.strictObject(fields).readonly();
export type WindowSettings = z.infer<typeof WindowSettings>;

export const defaultSettings: WindowSettings = {
  theme: 'system',
  shortcuts: true,
  background: false,
  first_run_done: false,
  questions_on_one_page: null,
  lock_after_minutes: null,
  help_contacts: [{ name: 'Emergency services', number: '112', note: '' }],
};

export interface SettingsFile {
  readonly read: () => WindowSettings;
  /** What is given replaces what was there, the rest stays. */
  readonly change: (given: unknown) => Result<WindowSettings, Refused>;
}

export const openSettings = (dataDir: string): SettingsFile => {
  const path = join(dataDir, 'window.json');
  let settings = readSettings(path);
  return {
    read: () => settings,
    change: (given) => {
      const changed = z.strictObject(fields).partial().safeParse(given);
      if (!changed.success) return err(invalid(changed.error));
      const next = WindowSettings.parse({ ...settings, ...changed.data });
      try {
        writePrivateFile(path, `${JSON.stringify(next, undefined, 2)}\n`);
      } catch {
        return err(refused(200, 'SettingsNotWritten', 'The disk did not take it. Make room and try again.'));
      }
      settings = next;
      return ok(next);
    },
  };
};

/** A field that a later version wrote otherwise is left out; the others stay. */
const readSettings = (path: string): WindowSettings => {
  const kept = readPrivateFile(path);
  if (!kept.ok || kept.value === undefined) return defaultSettings;
  try {
    const written = z.record(z.string(), z.unknown()).parse(JSON.parse(kept.value));
    const known = Object.entries(fields).flatMap(([name, schema]): [string, unknown][] => {
      const field = schema.safeParse(written[name]);
      return field.success ? [[name, field.data]] : [];
    });
    return WindowSettings.parse({ ...defaultSettings, ...Object.fromEntries(known) });
  } catch {
    return defaultSettings;
  }
};

/** Names fields and never what stood in them. */
const invalid = (error: z.ZodError): Refused => {
  const names = new Set(error.issues.map(({ path }) => path.join('.')).filter((name) => name !== ''));
  const which = names.size === 0 ? 'A field' : [...names].join(', ');
  return refused(200, 'InvalidInput', `${which} is not what it must be.`);
};
