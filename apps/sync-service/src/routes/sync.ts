/** Upload and download of sealed records. The service orders and keeps them; it can't open them. */
import { DownloadAnswer, DownloadRequest, UploadAnswer, UploadRequest } from '@mhb/core-domain/wire';
import { authenticate } from '../authenticate.ts';
import type { DatabaseDep } from '../database/database.ts';
import { download } from '../download.ts';
import { type QuotaDep, upload } from '../upload.ts';
import type { App } from './route.ts';

export const syncRoutes = (app: App, deps: DatabaseDep & QuotaDep): void => {
  app.post(
    '/v1/sync/upload',
    {
      config: { refusals: ['history_diverged', 'batch_id_reused'] },
      schema: { body: UploadRequest, response: { 200: UploadAnswer } },
    },
    async (request) =>
      upload(deps, await authenticate(deps, request.headers.authorization, 'sync'), request.body),
  );

  app.post(
    '/v1/sync/download',
    {
      config: { refusals: ['epoch_changed', 'server_behind', 'history_diverged'] },
      schema: { body: DownloadRequest, response: { 200: DownloadAnswer } },
    },
    async (request) => {
      const { accountId } = await authenticate(deps, request.headers.authorization, 'sync');
      return download(deps, accountId, request.body);
    },
  );
};
