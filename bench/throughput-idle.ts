/** Devices that ask whether there is anything new, and there isn't; and the one statement that has to be asked for it. */
import pg from 'pg';
import type { LoadAccount } from './throughput-accounts.ts';
import { inTurns, type Loaded, post, serviceAgent } from './throughput-load.ts';

export interface IdleLoad {
  readonly accounts: readonly LoadAccount[];
  readonly clients: number;
  readonly requests: number;
}

interface NothingNew {
  readonly records: readonly unknown[];
  readonly next: string;
}

const question = (since: string | null): string =>
  JSON.stringify({ device_id: '00000000000000a2', since, limit: 1_000 });

export const askNothingNew = async (url: string, load: IdleLoad): Promise<Loaded> => {
  const agent = serviceAgent(load.clients);
  const ask = async ({ apiKey }: LoadAccount, body: string): Promise<NothingNew> =>
    JSON.parse(await post(agent, `${url}/v1/sync/download`, apiKey, body)) as NothingNew;
  const asking: { readonly account: LoadAccount; readonly body: string }[] = [];
  for (const account of load.accounts)
    asking.push({ account, body: question((await ask(account, question(null))).next) });
  const loaded = await inTurns(spread(asking, load.requests), load.clients, async ({ account, body }) => {
    const { records } = await ask(account, body);
    if (records.length > 0) throw new Error('there was something new');
  });
  agent.destroy();
  return loaded;
};

/** The account's place, the generation of its keyring and the key that asks: found by their keys, with the plan kept. */
export const findKeys = async (connection: pg.ClientConfig, load: IdleLoad): Promise<Loaded> => {
  const clients = await Promise.all(
    Array.from({ length: load.clients }, async () => {
      const client = new pg.Client(connection);
      await client.connect();
      return client;
    }),
  );
  const loaded = await inTurns(
    spread(load.accounts, load.requests),
    load.clients,
    async (account, client) => {
      const { rows } = await clients[client]!.query({
        name: 'nothing-new',
        text: `select secret_hash, revoked_on, epoch, head, chain, generation
             from api_key join account using (account_id) left join keyring using (account_id)
             where api_key.account_id = $1 and key_id = $2`,
        values: [account.accountId, account.keyId],
      });
      if (rows.length !== 1) throw new Error('the floor did not find a key');
    },
  );
  await Promise.all(clients.map((client) => client.end()));
  return loaded;
};

const spread = <Value>(values: readonly Value[], count: number): readonly Value[] =>
  Array.from({ length: count }, (_, index) => values[index % values.length]!);
