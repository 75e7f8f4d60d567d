/** The walk: a history of the earlier app goes into one device, sealed through the service, to a second device. */
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CommandFailed, run, say } from './commands.ts';
import type { StateFile } from './state.ts';

export interface Place {
  readonly folder: string;
  readonly url: string;
  readonly state: StateFile;
  /** The file of the earlier app. */
  readonly history: string;
}

export const deviceA = (folder: string): string => join(folder, 'device-a');
export const deviceB = (folder: string): string => join(folder, 'device-b');
export const serviceFolder = (folder: string): string => join(folder, 'service');

/** A history of the earlier app that nobody has lived. */
export const SAMPLE = relative('.', fileURLToPath(new URL('../fixtures/original-app.db', import.meta.url)));

/** Each step again where an earlier walk was cut short; at the end both devices hold the same. */
export const walk = async (place: Place): Promise<void> => {
  await ensureAccount(place);
  say('\n2. The first device imports the database file of the earlier app.');
  await importHistory(place);
  say('\n3. It turns sync on and uploads, sealed.');
  await beginSync(place);
  say('\n4. The second device joins with the recovery phrase and downloads.');
  await joinSync(place);
  say('\n5. Both write out everything they hold.');
  const records = await compare(place);
  say(`\nBoth devices hold the same ${String(records)} records, byte for byte.\n`);
};

const ensureAccount = async ({ folder, state }: Place): Promise<void> => {
  if (state.read().api_key !== undefined) return;
  const made = await run('mhb-sync', ['accounts', 'create', '--data-dir', serviceFolder(folder)]);
  state.add({ api_key: (JSON.parse(made) as { api_key: string }).api_key });
};

/** Imports on the first device. Importing again changes nothing, so an interrupted import is simply repeated. */
const importHistory = async ({ folder, history }: Place): Promise<void> => {
  const printed = await run('mhb', [...on(deviceA(folder)), 'import', 'original', history]);
  const { value } = JSON.parse(printed) as { value: ImportAnswer };
  for (const { table, read, imported, skipped, reasons } of value.tables) {
    if (imported === 0 && skipped === 0) continue;
    say(`   ${table.padEnd(24)} ${count(read)} read, ${count(imported)} imported, ${count(skipped)} skipped`);
    for (const { reason, count: times } of reasons) say(`${' '.repeat(30)}${String(times)} x ${reason}`);
  }
  say(`   ${String(value.changed)} records are new, ${String(value.unchanged)} were here already.`);
};

/** Turns sync on for a new account; the phrase is given back in two words, as the person would from paper. */
const beginSync = async ({ folder, url, state }: Place): Promise<void> => {
  const device = deviceA(folder);
  if ((await phaseOf(device)) === 'on') return sync(device);
  const printed = await run(
    'mhb',
    [...on(device), 'call', 'enable_sync', JSON.stringify({ url, api_key: state.read().api_key })],
    [...on(device), 'call', 'enable_sync', JSON.stringify({ url, api_key: 'mhb_…' })],
  );
  const { recovery_phrase, confirm_positions } = (JSON.parse(printed) as { value: PhraseAnswer }).value;
  state.add({ recovery_phrase });
  say(`   The recovery phrase: ${recovery_phrase}`);
  const words = recovery_phrase.split(' ');
  const asked = Object.fromEntries(confirm_positions.map((place) => [place, words[place - 1]]));
  const confirming = ['call', 'confirm_recovery_phrase', JSON.stringify({ words: asked })];
  await finishFirstSync(device, await run('mhb', [...on(device), ...confirming]));
};

/** The second device needs the address, an API key and the phrase, and nothing of the first. */
const joinSync = async ({ folder, url, state }: Place): Promise<void> => {
  const device = deviceB(folder);
  if ((await phaseOf(device)) === 'on') return sync(device);
  const { api_key, recovery_phrase } = state.read();
  const printed = await run(
    'mhb',
    [...on(device), 'call', 'enable_sync', JSON.stringify({ url, api_key, recovery_phrase })],
    [...on(device), 'call', 'enable_sync', JSON.stringify({ url, api_key: 'mhb_…', recovery_phrase: '…' })],
  );
  await finishFirstSync(device, printed);
};

/** How many records both devices hold; they must print the same bytes. */
const compare = async ({ folder }: Place): Promise<number> => {
  // What the second device had of its own has to reach the first.
  await sync(deviceA(folder));
  const [a, b] = [
    await run('mhb', [...on(deviceA(folder)), 'export', 'json']),
    await run('mhb', [...on(deviceB(folder)), 'export', 'json']),
  ];
  if (a !== b) throw new CommandFailed('The two exports differ. That should not happen: please report it.');
  const { records } = JSON.parse(a) as { records: Record<string, readonly unknown[]> };
  return Object.values(records).reduce((sum, { length }) => sum + length, 0);
};

const on = (device: string): readonly string[] => ['--data-dir', device, '--progress'];

const sync = async (device: string): Promise<void> => {
  const printed = await run('mhb', [...on(device), 'sync']);
  sayOutcome((JSON.parse(printed) as { value: SyncAnswer }).value);
};

/** Turning sync on runs the first one; where that was cut short, the next goes on from there. */
const finishFirstSync = async (device: string, printed: string): Promise<void> => {
  const { first_sync } = (JSON.parse(printed) as { value: { first_sync: SyncAnswer | null } }).value;
  if (first_sync === null) await sync(device);
  else sayOutcome(first_sync);
};

const sayOutcome = ({ uploaded, downloaded, pending }: SyncAnswer): void => {
  say(
    `   ${String(uploaded)} uploaded, ${String(downloaded)} downloaded, ${String(pending)} still to be sent`,
  );
};

const phaseOf = async (device: string): Promise<string> => {
  const printed = await run('mhb', [...on(device), 'status']);
  return (JSON.parse(printed) as { value: { phase: string } }).value.phase;
};

const count = (value: number): string => String(value).padStart(4);

interface ImportAnswer {
  readonly tables: readonly {
    readonly table: string;
    readonly read: number;
    readonly imported: number;
    readonly skipped: number;
    readonly reasons: readonly { readonly reason: string; readonly count: number }[];
  }[];
  readonly changed: number;
  readonly unchanged: number;
}

interface PhraseAnswer {
  readonly recovery_phrase: string;
  readonly confirm_positions: readonly number[];
}

interface SyncAnswer {
  readonly uploaded: number;
  readonly downloaded: number;
  readonly pending: number;
}
