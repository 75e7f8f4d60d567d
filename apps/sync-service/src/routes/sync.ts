/** Upload and download of sealed records. The service orders and keeps them; it can't open them. */
import { DownloadAnswer, DownloadRequest, UploadAnswer, UploadRequest } from '@mhb/core-domain/wire';
import { authenticate, type AuthenticateDeps } from '../http/authenticate.ts';
import { download } from '../records/download.ts';
import type { HeadsDep } from '../events/head-streams.ts';
import { type QuotaDep, upload } from '../records/upload.ts';
import type { App } from './route.ts';

export const syncRoutes = (app: App, deps: AuthenticateDeps & HeadsDep & QuotaDep): void => {
  app.post(
    '/v1/sync/upload',
    {
      config: { refusals: ['history_diverged', 'batch_id_reused', 'quota_exceeded'] },
      schema: { body: UploadRequest, response: { 200: UploadAnswer } },
    },
    async (request) => {
      const caller = await authenticate(deps, request, 'sync');
      const answer = await upload(deps, caller, request.body);
      // Also where the batch came before: whoever took it may have ended before it said so.
      if (answer.applied.length > 0) deps.heads.changed(caller.accountId);
      return answer;
    },
  );

  app.post(
    '/v1/sync/download',
    {
      config: { refusals: ['epoch_changed', 'server_behind', 'history_diverged'] },
      schema: { body: DownloadRequest, response: { 200: DownloadAnswer } },
    },
    async (request) => download(deps, await authenticate(deps, request, 'sync'), request.body),
  );
};
