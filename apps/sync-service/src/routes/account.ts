/** A person's own data as a whole: taken away as it is kept, or deleted (rule D8). */
import { AccountDeleted, AccountDeletion } from '@mhb/core-domain/wire';
import { Readable } from 'node:stream';
import { authenticate } from '../authenticate.ts';
import type { DatabaseDep } from '../database/database.ts';
import { Refusal } from '../problem.ts';
import { deleteAccount, exportLines } from '../whole-account.ts';
import type { App } from './route.ts';

const PATH = '/v1/account';

/** A reader that takes nothing for so long has gone. */
const STALLED_MS = 60_000;

export const accountRoutes = (app: App, deps: DatabaseDep): void => {
  app.get(PATH, async (request, reply) => {
    const caller = await authenticate(deps, request.headers.authorization, 'account');
    reply.raw.setTimeout(STALLED_MS, () => reply.raw.destroy());
    return reply.type('application/x-ndjson').send(Readable.from(textOf(exportLines(deps, caller))));
  });

  app.delete(
    PATH,
    { schema: { body: AccountDeletion, response: { 200: AccountDeleted } } },
    async (request) => {
      const caller = await authenticate(deps, request.headers.authorization, 'account');
      if (request.body.account_id !== caller.accountId) throw new Refusal('invalid_request', ['account_id']);
      return { deleted_records: await deleteAccount(deps, caller) };
    },
  );
};

async function* textOf(lines: AsyncIterable<object>): AsyncGenerator<string> {
  for await (const line of lines) yield `${JSON.stringify(line)}\n`;
}
