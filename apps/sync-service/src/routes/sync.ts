/** Upload and download of sealed records. The service orders and keeps them; it can't open them. */
import { DownloadAnswer, DownloadRequest, UploadAnswer, UploadRequest } from '@mhb/core-domain/wire';
import { authenticate, type AuthenticateDeps } from '../authenticate.ts';
import { download } from '../download.ts';
import { type QuotaDep, upload } from '../upload.ts';
import type { App } from './route.ts';

export const syncRoutes = (app: App, deps: AuthenticateDeps & QuotaDep): void => {
  app.post(
    '/v1/sync/upload',
    {
      config: { refusals: ['history_diverged', 'batch_id_reused', 'quota_exceeded'] },
      schema: { body: UploadRequest, response: { 200: UploadAnswer } },
    },
    async (request) => upload(deps, await authenticate(deps, request, 'sync'), request.body),
  );

  app.post(
    '/v1/sync/download',
    {
      config: { refusals: ['epoch_changed', 'server_behind', 'history_diverged'] },
      schema: { body: DownloadRequest, response: { 200: DownloadAnswer } },
    },
    async (request) => {
      const { accountId } = await authenticate(deps, request, 'sync');
      return download(deps, accountId, request.body);
    },
  );
};
