/**
 * What a world does with the requests of its devices, and what it learns from them: which history a cursor and a batch
 * belong to, whether a repeated batch gets its answer again (invariant 7), whose key was revoked.
 */
import { Chance } from './chance.ts';
import { type Handling, keyIdOf, type Message, NOBODY } from './network.ts';
import { Secrecy } from './secrecy.ts';
import type { Answer, Request } from './simulated-service.ts';
import { Violation } from './trace.ts';
import type { World } from './world.ts';

interface SentUpload {
  readonly request: Request;
  readonly answer: Answer;
  readonly history: number;
}

const UPLOADS_KEPT = 8;

export class Traffic {
  readonly #world: World;
  readonly #secrecy = new Secrecy();
  /** The last ones, to be repeated. */
  readonly uploads: SentUpload[] = [];
  /** In which history of the service each cursor was given. */
  readonly historyByCursor = new Map<string, number>();
  /** How many records a page has at most: few in every second world, so that a download has several. */
  readonly #pageRecords: number | undefined;

  constructor(world: World) {
    this.#world = world;
    const pages = new Chance(world.seed, 'pages');
    this.#pageRecords = pages.permille(500) ? pages.between(1, 12) : undefined;
  }

  handle(message: Message): Handling {
    const world = this.#world;
    const device = world.devices[message.device];
    world.trace.operation(`  ${device?.name ?? '?'} asks ${message.request.method} ${message.request.path}`);
    world.trace.note(message.request.body ?? '');
    const violation = device && this.#secrecy.judge(device, message.request);
    if (violation !== undefined) world.fail(violation);
    this.#lookInto(message);
    if (world.isCalm) return 'carry';
    if (device?.isOffline === true || world.service.isDown) return 'refuse';
    if (device !== undefined && world.stepwise.has(device)) return 'hold';
    if (world.chance.permille(20)) {
      world.trace.operation('  the network loses the request');
      return 'refuse';
    }
    if (!world.chance.permille(25)) return 'carry';
    world.trace.operation('  the network will lose the answer');
    return 'lose the answer';
  }

  #lookInto(message: Message): void {
    const { request } = message;
    const isSync = request.path === '/v1/sync/upload' || request.path === '/v1/sync/download';
    if (!isSync) return;
    const body = JSON.parse(request.body ?? '{}') as { readonly limit?: number };
    if (body.limit !== undefined && this.#pageRecords !== undefined)
      message.request = { ...request, body: JSON.stringify({ ...body, limit: this.#pageRecords }) };
  }

  onAnswer({ request, device }: Message, answer: Answer): void {
    if (request.path === '/v1/sync/download' && answer.status === 200) {
      const { next } = JSON.parse(answer.body) as { readonly next: string };
      this.historyByCursor.set(next, this.#world.service.history);
    }
    if (request.path === '/v1/sync/upload' && answer.status === 200) {
      this.#compareRepeated(request, answer);
      if (device !== NOBODY) this.uploads.push({ request, answer, history: this.#world.service.history });
      if (this.uploads.length > UPLOADS_KEPT) this.uploads.shift();
    }
    if (request.method === 'DELETE' && request.path === '/v1/auth/api-keys' && answer.status === 200) {
      this.#onRevoked((JSON.parse(answer.body) as { readonly key_id: string }).key_id);
    }
  }

  /** A batch that came before gets the answer it got then (invariant 7). */
  #compareRepeated(request: Request, answer: Answer): void {
    const before = this.uploads.find(
      (sent) => sent.request.body === request.body && sent.history === this.#world.service.history,
    );
    if (before === undefined || keyIdOf(before.request) !== keyIdOf(request)) return;
    if (outcomeOf(before.answer) !== outcomeOf(answer))
      this.#world.fail(new Violation(7, 'a batch that was repeated got another answer'));
  }

  #onRevoked(keyId: string): void {
    const device = this.#world.devices.find((one) => one.keyId === keyId && one.state === 'live');
    if (device === undefined) return;
    this.#world.look();
    device.state = 'revoked';
    this.#world.oracle.reassess(this.#world.holdings());
  }

  /** A revocation whose answer was lost counts all the same. */
  noticeRevoked(): void {
    for (const { key_id, revoked_on } of this.#world.service.tables.api_key.values()) {
      if (revoked_on !== null) this.#onRevoked(key_id);
    }
  }
}

const outcomeOf = ({ body }: Answer): string => {
  const { applied, rejected, conflicts } = JSON.parse(body) as {
    readonly applied: unknown;
    readonly rejected: unknown;
    readonly conflicts: readonly { readonly id: string }[];
  };
  return JSON.stringify({ applied, rejected, conflicts: conflicts.map(({ id }) => id).toSorted() });
};
