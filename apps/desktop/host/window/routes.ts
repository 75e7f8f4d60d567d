/** What the page may ask of the host, after it was let in. Each route answers by itself. */
import type { CommandAnswer, UnlockWith } from '@mhb/device';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import { refused, sendJson, sendRefused } from './answers.ts';
import type { IdleLock } from './idle-lock.ts';
import type { LiveEvents } from './live-events.ts';
import { namesPath } from './paths.ts';
import { readJsonBody } from './read-body.ts';
import type { SettingsFile } from './settings.ts';
import { exportFile, importFile } from './transfer.ts';
import type { WindowDevice } from './window-device.ts';

export interface RouteDeps {
  readonly dataDir: string;
  readonly device: WindowDevice;
  readonly events: LiveEvents;
  readonly idle: IdleLock;
  readonly settings: SettingsFile;
  readonly state: () => object;
  readonly today: () => string;
  readonly quit: () => void;
}

export interface Asked {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** What follows the route's name in the path, such as a command. */
  readonly rest: string;
  readonly query: URLSearchParams;
}

type Route = (deps: RouteDeps, asked: Asked) => Promise<void> | void;

const call: Route = async ({ dataDir, device, idle }, { request, response, rest: name }) => {
  const body = await readJsonBody(request);
  if (!body.ok) {
    sendRefused(response, body.error);
    return;
  }
  if (namesPath(name, body.value, dataDir)) {
    sendRefused(response, refused(200, 'NotFromTheWindow', 'A page may not name files of this computer.'));
    return;
  }
  await idle.touch();
  sendJson(response, 200, await device.call(name, body.value));
};

const events: Route = ({ events: live, state }, { response }) => {
  live.open(response, state());
};

/** Neither, to try again what could not be opened for another reason. */
const Unlock = z.strictObject({
  passphrase: z.string().max(2_048).optional(),
  recovery_key: z.string().max(1_000).optional(),
});

const unlock: Route = async ({ device, idle }, { request, response }) => {
  const body = await readJsonBody(request);
  if (!body.ok) {
    sendRefused(response, body.error);
    return;
  }
  const given = Unlock.safeParse(body.value).data;
  if (given === undefined) {
    sendRefused(response, refused(200, 'InvalidInput', 'Give passphrase or recovery_key, as text.'));
    return;
  }
  const answer = await device.unlock(unlockWith(given));
  if (!('error' in answer)) await idle.touch();
  sendJson(response, 200, answer);
};

const unlockWith = ({ passphrase, recovery_key }: z.infer<typeof Unlock>): UnlockWith | undefined => {
  if (passphrase !== undefined) return { passphrase };
  return recovery_key === undefined ? undefined : { recovery_key };
};

const readSettings: Route = ({ settings }, { response }) => {
  sendJson(response, 200, { value: settings.read() });
};

const changeSettings: Route = async ({ settings, events: live, state, idle }, { request, response }) => {
  const body = await readJsonBody(request);
  const changed = body.ok ? settings.change(body.value) : body;
  if (!changed.ok) {
    sendRefused(response, changed.error);
    return;
  }
  live.send('state', state());
  await idle.touch();
  sendJson(response, 200, { value: changed.value });
};

const lock: Route = async ({ device }, { response }) => {
  sendJson(response, 200, await device.lock());
};

const quit: Route = ({ quit: end }, { response }) => {
  const answer: CommandAnswer = { value: null };
  response.on('finish', end);
  sendJson(response, 200, answer);
};

/** By method and the first name of the path. All of them need the bearer. */
export const routes: Readonly<Record<string, Route>> = {
  'GET events': events,
  'GET export': exportFile,
  'GET settings': readSettings,
  'POST call': call,
  'POST import': importFile,
  'POST lock': lock,
  'POST quit': quit,
  'POST settings': changeSettings,
  'POST unlock': unlock,
};
