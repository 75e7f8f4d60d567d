/** What a service has given and been given for one account, so that a made-up request reaches what is really there. */
import { Overlaid, Recalled } from './openapi.ts';

type Flat = Readonly<Record<string, unknown>>;

/** What a request calls a thing, and how the answers call it. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  since: 'next',
  base: 'seq',
  base_generation: 'generation',
  skip_batches: 'batch_id',
  named_device_id: 'device_id',
};

const KEPT = 300;

export class SeenBefore {
  readonly #objects: Flat[] = [];

  /** Every object in there, by its scalar members. */
  note(value: unknown): void {
    if (typeof value !== 'object' || value === null) return;
    if (!Array.isArray(value)) {
      this.#objects.push(
        Object.fromEntries(Object.entries(value).filter(([, one]) => typeof one !== 'object')),
      );
      if (this.#objects.length > KEPT) this.#objects.shift();
    }
    for (const member of Object.values(value).slice(0, 20)) this.note(member);
  }

  /** A made-up value, completed with what is known. */
  resolve(value: unknown): unknown {
    if (value instanceof Recalled) return this.#recall(value);
    if (value instanceof Overlaid) {
      const seen = value.pick === null ? {} : (this.#objects.at(-1 - (value.pick % KEPT)) ?? {});
      return Object.fromEntries(
        Object.entries(value.own).map(([name, own]) => [name, memberOf(seen, name) ?? this.resolve(own)]),
      );
    }
    return Array.isArray(value) ? value.map((member) => this.resolve(member)) : value;
  }

  #recall({ name, pick, otherwise }: Recalled): unknown {
    const values = this.#objects.flatMap((seen) => memberOf(seen, name) ?? []);
    return values.length === 0 ? otherwise : values[pick % values.length];
  }
}

const memberOf = (seen: Flat, name: string): unknown => seen[name] ?? seen[OTHER_NAMES[name] ?? name];
