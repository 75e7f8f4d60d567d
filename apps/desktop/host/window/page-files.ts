/** The built page. What is served is listed once, so that no path leads to another file; other paths are the page's own. */
import { existsSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import sirv from 'sirv';
import { refused, sendRefused, sendWords } from './answers.ts';

const NOT_BUILT = 'The page of the app has not been built. Run “npm run build -w apps/desktop”, and reload.';

export const servePage = (folder: string) => {
  let serve: ReturnType<typeof sirv> | undefined;
  return (request: IncomingMessage, response: ServerResponse): void => {
    // It may be built while the host runs.
    if (serve === undefined && existsSync(join(folder, 'index.html')))
      serve = sirv(folder, {
        single: true,
        etag: true,
        setHeaders: (answer, path) => {
          // Their names change with what is in them.
          if (path.startsWith('/_app/immutable/'))
            answer.setHeader('Cache-Control', 'private, max-age=31536000, immutable');
        },
      });
    if (serve === undefined) {
      sendWords(response, 503, NOT_BUILT);
      return;
    }
    serve(request, response, () => {
      sendRefused(response, refused(404, 'NotFound', 'There is nothing here.'));
    });
  };
};
