/** What `mhb-sync doctor` finds in folders and files: who may read them, how much room there is, whether time went back. */
import { existsSync, statSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { Check } from './doctor.ts';

const inOctal = (mode: number): string => (mode & 0o777).toString(8);

/** The folder of an embedded Postgres. */
export const lookAtFolder = (path: string): readonly Check[] => {
  const check = 'permissions';
  const folder = resolve(path);
  const found = statOf(folder);
  if (found === undefined) {
    const message = `There is no folder ${folder} yet, or it can’t be seen. mhb-sync serve makes it.`;
    return [{ check, state: 'warning', message }];
  }
  if (!found.isDirectory()) {
    const message = `${folder} is not a folder. Choose another --data-dir.`;
    return [{ check, state: 'problem', message }];
  }
  const self = process.getuid?.();
  if (self !== undefined && found.uid !== self && self !== 0) {
    const message = `The folder ${folder} belongs to another user. Run this as the user of the service.`;
    return [{ check, state: 'problem', message }];
  }
  // Root's Postgres runs as another user, who has to pass through.
  const others = found.uid === 0 ? 0o066 : 0o077;
  if ((found.mode & others) !== 0) {
    const message = `The folder ${folder} is open to other users (mode ${inOctal(found.mode)}). Run chmod 700 ${folder}.`;
    return [{ check, state: 'problem', message }];
  }
  return [{ check, state: 'ok', message: `Nobody else can read the folder ${folder}.` }];
};

/** A file with a secret; a group of its own may read it, as for the keys of web servers. */
export const lookAtSecretFile = (path: string | undefined): readonly Check[] => {
  // Of a container its secrets are its own, whatever mode they are shown with.
  if (path === undefined || path === '' || path.startsWith('/run/secrets/')) return [];
  const found = statOf(path);
  // That it can't be read is said with the setting.
  if (found === undefined) return [];
  if ((found.mode & 0o007) === 0)
    return [{ check: 'permissions', state: 'ok', message: `${path} is closed to other users.` }];
  const message = `${path} holds a secret and is open to every user (mode ${inOctal(found.mode)}). Run chmod o= ${path}.`;
  return [{ check: 'permissions', state: 'warning', message }];
};

const MB = 1024 * 1024;
/** Postgres' own log may grow to half a gigabyte between two checkpoints. */
const FREE_MB_MIN = 1_024;
/** Less than a few uploads and a checkpoint need. */
const FREE_MB_LEAST = 128;

export const lookAtDisk = async (folder: string): Promise<Check> => {
  const check = 'disk';
  const { bavail, bsize } = await statfs(nearest(resolve(folder)));
  const freeMb = Math.floor((bavail * bsize) / MB);
  const seen = `${freeMb.toLocaleString('en')} MB are free on the disk of the data folder.`;
  if (freeMb >= FREE_MB_MIN) return { check, state: 'ok', message: seen };
  const message = `${seen} Make room: below ${String(FREE_MB_MIN)} MB the database may stop.`;
  return { check, state: freeMb < FREE_MB_LEAST ? 'problem' : 'warning', message };
};

/** What is there of a folder's path. */
const nearest = (path: string): string => (existsSync(path) ? path : nearest(dirname(path)));

/** Longer than anybody's daylight saving time would be wrong by chance, shorter than a mistaken year. */
const AHEAD_MS = 60_000;

/** Files that were written later than now: the clock was right then, or is right now, and not both. */
export const lookAtClockOf = (folder: string, now: Date): readonly Check[] => {
  const check = 'clock';
  const times = ['postgres.log', 'service.pid', 'postgres', join('postgres', 'global', 'pg_control')].map(
    (name) => statOf(join(resolve(folder), name))?.mtimeMs ?? 0,
  );
  const latest = Math.max(...times);
  if (latest === 0) return [];
  if (latest - now.getTime() <= AHEAD_MS)
    return [
      { check, state: 'ok', message: `It is ${now.toISOString()}, later than anything in the data folder.` },
    ];
  const message = `It is ${now.toISOString()}, but the data folder was written to at ${new Date(latest).toISOString()}. Set the clock, and keep it right with NTP.`;
  return [{ check, state: 'problem', message }];
};

const statOf = (path: string) => {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
};
