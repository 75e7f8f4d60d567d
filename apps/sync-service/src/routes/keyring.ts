/** The sealed keyring of an account: read, and replaced by compare and set (rule E4). */
import { KeyringAnswer, KeyringRequest, KeyringStored } from '@mhb/core-domain/wire';
import { isKeyLiving, lockAccount } from '../accounts/accounts-repository.ts';
import { authenticate, type AuthenticateDeps } from '../http/authenticate.ts';
import { readKeyring, replaceKeyring } from '../accounts/keyring-repository.ts';
import { Refusal } from '../http/problem.ts';
import type { App } from './route.ts';

export const keyringRoutes = (app: App, deps: AuthenticateDeps): void => {
  app.get('/v1/keyring', { schema: { response: { 200: KeyringAnswer } } }, async (request) => {
    const { accountId } = await authenticate(deps, request, 'sync');
    const stored = await deps.database.transaction('snapshot', (tx) => readKeyring(tx, accountId));
    if (stored === undefined) return { generation: 0, sealed: null, recovery: null };
    const { generation, sealed, recovery } = stored;
    return { generation, sealed: sealed.toString('base64'), recovery: recovery.toString('base64') };
  });

  app.put(
    '/v1/keyring',
    {
      config: { refusals: ['keyring_conflict'] },
      schema: { body: KeyringRequest, response: { 200: KeyringStored } },
    },
    async (request) => {
      const { accountId, keyId } = await authenticate(deps, request, 'sync');
      const { base_generation: base, sealed, recovery } = request.body;
      const isStored = await deps.database.transaction('read committed', async (tx) => {
        await lockAccount(tx, accountId);
        if (!(await isKeyLiving(tx, accountId, keyId))) throw new Refusal('unauthorized');
        return replaceKeyring(tx, accountId, {
          base,
          sealed: Buffer.from(sealed, 'base64'),
          recovery: Buffer.from(recovery, 'base64'),
        });
      });
      if (!isStored) throw new Refusal('keyring_conflict');
      return { generation: base + 1 };
    },
  );
};
