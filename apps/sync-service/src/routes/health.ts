/** Whether the service is alive, and whether it can work. */
import { HealthAnswer, OLDEST_PROTOCOL_VERSION, PROTOCOL_VERSION, ReadyAnswer } from '@mhb/core-domain/wire';
import type { DatabaseDep } from '../database/database.ts';
import type { Durability } from '../database/durability.ts';
import { Refusal } from '../http/problem.ts';
import type { App } from './route.ts';

interface HealthDeps extends DatabaseDep {
  readonly durability: Durability;
  readonly isDraining?: () => boolean;
}

/** Whether requests may be sent here: not where the service is about to stop, or its database is away. */
export const isReady = async ({ database, isDraining }: Omit<HealthDeps, 'durability'>): Promise<boolean> => {
  if (isDraining?.() === true) return false;
  return database.read('select 1', []).then(
    () => true,
    () => false,
  );
};

export const healthRoutes = (app: App, deps: HealthDeps): void => {
  const { durability } = deps;
  // Asks nothing of the database: a supervisor that restarts the service over a busy database makes it worse.
  app.get('/health', { schema: { response: { 200: HealthAnswer } } }, () => ({ status: 'ok' as const }));

  app.get('/ready', { schema: { response: { 200: ReadyAnswer } } }, async () => {
    if (!(await isReady(deps))) throw new Refusal('unavailable');
    return {
      status: 'ready' as const,
      protocol: PROTOCOL_VERSION,
      oldest_protocol: OLDEST_PROTOCOL_VERSION,
      acknowledged_changes_survive: [...durability.survives],
    };
  });
};
