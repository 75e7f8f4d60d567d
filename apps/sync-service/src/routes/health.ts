/** Whether the service is alive, and whether it can work. */
import { HealthAnswer, OLDEST_PROTOCOL_VERSION, PROTOCOL_VERSION, ReadyAnswer } from '@mhb/core-domain/wire';
import type { DatabaseDep } from '../database/database.ts';
import type { Durability } from '../database/durability.ts';
import type { App } from './route.ts';

export const healthRoutes = (
  app: App,
  { database, durability }: DatabaseDep & { readonly durability: Durability },
): void => {
  // Asks nothing of the database: a supervisor that restarts the service over a busy database makes it worse.
  app.get('/health', { schema: { response: { 200: HealthAnswer } } }, () => ({ status: 'ok' as const }));

  app.get('/ready', { schema: { response: { 200: ReadyAnswer } } }, async () => {
    await database.transaction('snapshot', (tx) => tx.query('select 1'));
    return {
      status: 'ready' as const,
      protocol: PROTOCOL_VERSION,
      oldest_protocol: OLDEST_PROTOCOL_VERSION,
      acknowledged_changes_survive: [...durability.survives],
    };
  });
};
