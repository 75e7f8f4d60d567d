/** A person's own data as a whole: taken away as it is kept, or deleted (rule D8). */
import { AccountDeleted, AccountDeletion, AccountExportLine } from '@mhb/core-domain/wire';
import { Readable } from 'node:stream';
import { authenticate, type AuthenticateDeps } from '../http/authenticate.ts';
import type { HeadsDep } from '../events/head-streams.ts';
import { Refusal } from '../http/problem.ts';
import { deleteAccount, exportLines } from '../accounts/whole-account.ts';
import type { App } from './route.ts';

const PATH = '/v1/account';

/** A reader that takes nothing for so long has gone. */
const STALLED_MS = 60_000;

/** Told to the document alone: the lines are made one by one. */
const EXPORT: Record<string, unknown> = {
  description: 'A document in each line, the last of which is the end.',
  content: { 'application/x-ndjson': { schema: AccountExportLine } },
};

export const accountRoutes = (app: App, deps: AuthenticateDeps & HeadsDep): void => {
  app.get(PATH, { schema: { response: { 200: EXPORT } } }, async (request, reply) => {
    const caller = await authenticate(deps, request, 'account');
    reply.raw.setTimeout(STALLED_MS, () => reply.raw.destroy());
    return reply.type('application/x-ndjson').send(Readable.from(textOf(exportLines(deps, caller))));
  });

  app.delete(
    PATH,
    { schema: { body: AccountDeletion, response: { 200: AccountDeleted } } },
    async (request) => {
      const caller = await authenticate(deps, request, 'account');
      if (request.body.account_id !== caller.accountId) throw new Refusal('invalid_request', ['account_id']);
      const deleted_records = await deleteAccount(deps, caller);
      deps.heads.changed(caller.accountId);
      return { deleted_records };
    },
  );
};

async function* textOf(lines: AsyncIterable<object>): AsyncGenerator<string> {
  for await (const line of lines) yield `${JSON.stringify(line)}\n`;
}
