/** What the service holds of an account: its digest, and how much of what is allowed (rule D8). */
import {
  DigestAnswer,
  DigestRequest,
  limits,
  LimitsAnswer,
  OLDEST_PROTOCOL_VERSION,
  PROTOCOL_VERSION,
} from '@mhb/core-domain/wire';
import { readAccount } from '../accounts/accounts-repository.ts';
import { authenticate, type AuthenticateDeps } from '../http/authenticate.ts';
import { Refusal } from '../http/problem.ts';
import { quotaOf } from '../records/quota.ts';
import { readDigest } from '../records/records-repository.ts';
import type { QuotaDep } from '../records/upload.ts';
import type { App } from './route.ts';

export const holdingRoutes = (app: App, deps: AuthenticateDeps & QuotaDep): void => {
  app.post(
    '/v1/sync/digest',
    { schema: { body: DigestRequest, response: { 200: DigestAnswer } } },
    async (request) => {
      const { accountId } = await authenticate(deps, request, 'sync');
      return deps.database.transaction('snapshot', async (tx) => {
        const account = await readAccount(tx, accountId);
        if (account === undefined) throw new Refusal('unauthorized');
        return { head: Number(account.head), ...(await readDigest(tx, accountId)) };
      });
    },
  );

  app.get('/v1/sync/limits', { schema: { response: { 200: LimitsAnswer } } }, async (request) => {
    const { accountId } = await authenticate(deps, request, 'sync');
    const account = await deps.database.transaction('snapshot', (tx) => readAccount(tx, accountId));
    if (account === undefined) throw new Refusal('unauthorized');
    const { recordsMax, bytesMax } = quotaOf(account, deps.quota);
    return {
      protocol: { oldest: OLDEST_PROTOCOL_VERSION, newest: PROTOCOL_VERSION },
      upload_changes_max: limits.UPLOAD_CHANGES_MAX,
      body_bytes_max: limits.BODY_BYTES_MAX,
      sealed_bytes_max: limits.SEALED_BYTES_MAX,
      download_records_max: limits.DOWNLOAD_RECORDS_MAX,
      download_bytes_max: limits.DOWNLOAD_BYTES_MAX,
      requests_per_minute: deps.rates.requestsPerMinute,
      records_max: recordsMax,
      records: account.records,
      bytes_max: bytesMax,
      bytes: account.bytes,
    };
  });
};
