/**
 * The network between devices and the service. It carries a request when the world says so: at once, later, after
 * others, twice, or not at all; and it may lose the answer to what was done.
 */
import { parseApiKey } from '@mhb/core-domain/wire';
import type { Answer, Request, SimulatedService } from './simulated-service.ts';

export interface Message {
  readonly number: number;
  readonly device: number;
  /** Which life of the device has asked; a later one does not hear the answer. */
  readonly life: number;
  request: Request;
  state: 'on its way' | 'at the service' | 'answered' | 'over';
  answer: Answer | undefined;
  readonly settle: (answer: Answer | undefined) => void;
}

/** What the world does with a request as it is made. */
export type Handling = 'carry' | 'hold' | 'refuse' | 'lose the answer';

export interface NetworkWorld {
  readonly handle: (message: Message) => Handling;
  readonly note: (bytes: string) => void;
  readonly isDeviceListening: (message: Message) => boolean;
  readonly onAnswer: (message: Message, answer: Answer) => void;
}

/** Who hears the answer to a request that the network repeats. */
export const NOBODY = -1;

const ADDRESS = /^https:\/\/device-(\d+)-(\d+)\.test(\/.*)$/;

export class Network {
  readonly #service: SimulatedService;
  readonly #world: NetworkWorld;
  #messages = 0;
  /** Counts everything that moves, so that whoever waits for rest knows when there is some. */
  pulse = 0;
  readonly waiting: Message[] = [];
  readonly atService = new Set<Message>();

  constructor(service: SimulatedService, world: NetworkWorld) {
    this.#service = service;
    this.#world = world;
  }

  /** In place of `fetch` of the device. */
  fetch(url: string, init: RequestInit): Promise<Response> {
    const [, device = '', life = '', path = ''] = ADDRESS.exec(url) ?? [];
    return new Promise((resolve, reject) => {
      const message: Message = {
        number: (this.#messages += 1),
        device: Number(device),
        life: Number(life),
        request: {
          method: init.method ?? 'GET',
          path,
          headers: init.headers as Record<string, string>,
          body: init.body as string | undefined,
        },
        state: 'on its way',
        answer: undefined,
        settle: (answer) => {
          this.pulse += 1;
          message.state = 'over';
          // Somebody who is gone hears nothing, and nothing goes on for them.
          if (!this.#world.isDeviceListening(message)) return;
          if (answer === undefined) reject(new Error('the network has no answer'));
          else resolve(responseOf(answer));
        },
      };
      this.pulse += 1;
      const handling = this.#world.handle(message);
      if (handling === 'refuse') message.settle(undefined);
      else if (handling === 'hold') this.waiting.push(message);
      else void this.deliver(message, handling === 'carry' ? 'give' : 'lose');
    });
  }

  /** To the service; the answer is given to who asked, waits for the world, or is lost. */
  async deliver(message: Message, then: 'give' | 'hold' | 'lose'): Promise<void> {
    if (this.#service.isDown) {
      message.settle(undefined);
      return;
    }
    message.state = 'at the service';
    this.atService.add(message);
    const answer = await this.#service.ask(message.request);
    this.pulse += 1;
    // The service died meanwhile: nobody is left to answer.
    if (!this.atService.delete(message)) return;
    message.state = 'answered';
    message.answer = answer;
    this.#world.note(`${String(answer.status)} ${answer.body}`);
    this.#world.onAnswer(message, answer);
    if (then === 'hold') this.waiting.push(message);
    else message.settle(then === 'give' ? answer : undefined);
  }

  /** The same request once more, after others; whoever sent it does not hear this answer. */
  repeat(request: Request): void {
    void this.deliver(
      {
        number: (this.#messages += 1),
        device: NOBODY,
        life: 0,
        request,
        state: 'on its way',
        answer: undefined,
        settle: () => undefined,
      },
      'give',
    );
  }

  /** Everything that was at the service is cut off. */
  cut(): void {
    for (const message of [...this.atService]) {
      this.atService.delete(message);
      message.settle(undefined);
    }
  }

  take(message: Message): void {
    this.waiting.splice(this.waiting.indexOf(message), 1);
  }
}

/** As much of a response as the device looks at. */
const responseOf = ({ status, headers, body }: Answer): Response => {
  const response = {
    status,
    headers: { get: (name: string) => headers[name] ?? null },
    body: (function* () {
      yield Buffer.from(body);
    })(),
  };
  return response as unknown as Response;
};

export const keyIdOf = (request: Request): string =>
  parseApiKey((request.headers.authorization ?? '').slice(7))?.keyId ?? '';
