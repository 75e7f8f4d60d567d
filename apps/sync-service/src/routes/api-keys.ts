/** The API keys of an account: one per device, labelled, revocable (rule D9). */
import { ApiKeyCreated, ApiKeyList, ApiKeyRequest, ApiKeyRevocation, limits } from '@mhb/core-domain/wire';
import { createKey, type RandomDep } from '../accounts/accounts.ts';
import { isKeyLiving, listKeys, lockAccount, revokeKey } from '../accounts/accounts-repository.ts';
import { authenticate, type AuthenticateDeps } from '../http/authenticate.ts';
import { forgetDevicesWithoutKey } from '../accounts/devices-repository.ts';
import type { HeadsDep } from '../events/head-streams.ts';
import { Refusal } from '../http/problem.ts';
import type { App } from './route.ts';

const PATH = '/v1/auth/api-keys';

export const apiKeyRoutes = (app: App, deps: AuthenticateDeps & HeadsDep & RandomDep): void => {
  app.get(PATH, { schema: { response: { 200: ApiKeyList } } }, async (request) => {
    const { accountId, keyId } = await authenticate(deps, request, 'account');
    const keys = await deps.database.transaction('snapshot', (tx) => listKeys(tx, accountId));
    return { keys: keys.map(({ secret_hash: _, ...key }) => ({ ...key, is_this: key.key_id === keyId })) };
  });

  app.post(
    PATH,
    {
      config: { refusals: ['too_many_keys'] },
      schema: { body: ApiKeyRequest, response: { 200: ApiKeyCreated } },
    },
    async (request) => {
      const { accountId, keyId } = await authenticate(deps, request, 'account');
      const made = await deps.database.transaction('read committed', async (tx) => {
        await lockAccount(tx, accountId);
        if (!(await isKeyLiving(tx, accountId, keyId))) throw new Refusal('unauthorized');
        const living = (await listKeys(tx, accountId)).filter(({ revoked_on }) => revoked_on === null);
        if (living.length >= limits.API_KEYS_MAX) throw new Refusal('too_many_keys');
        return createKey(deps, tx, accountId, { ...request.body, madeBy: keyId });
      });
      return { key_id: made.keyId, api_key: made.apiKey };
    },
  );

  // The account's lock is what makes the answer final: an upload holds it from its check to its commit.
  app.delete(
    PATH,
    {
      config: { refusals: ['not_found'] },
      schema: { body: ApiKeyRevocation, response: { 200: ApiKeyRevocation } },
    },
    async (request) => {
      const { accountId, keyId } = await authenticate(deps, request, 'account');
      const isRevoked = await deps.database.transaction('read committed', async (tx) => {
        await lockAccount(tx, accountId);
        if (!(await isKeyLiving(tx, accountId, keyId))) throw new Refusal('unauthorized');
        const wasThere = await revokeKey(tx, accountId, request.body.key_id);
        await forgetDevicesWithoutKey(tx, accountId);
        return wasThere;
      });
      // Ends its streams.
      deps.heads.changed(accountId);
      if (!isRevoked) throw new Refusal('not_found');
      return { key_id: request.body.key_id };
    },
  );
};
