/** The statements of devices-repository.ts. */
import {
  bytes,
  type Effect,
  FOREIGN_KEY_VIOLATION,
  PostgresError,
  type Statement,
  text,
  uuid,
} from './statement.ts';
import { type DeviceRow, keyOf, type KeyRow, type View, type Write } from './tables.ts';

const devicesOf = (view: View, accountId: string): readonly DeviceRow[] =>
  view.rows('device').filter(({ account_id }) => account_id === accountId);

const keysOf = (view: View, accountId: string): readonly KeyRow[] =>
  view.rows('api_key').filter(({ account_id }) => account_id === accountId);

/** The keys a device has spoken with, and what those have made for nobody known. */
const ownKeys = (view: View, accountId: string, deviceId: string): readonly KeyRow[] => {
  const keys = keysOf(view, accountId);
  const last = view.get('device', keyOf(accountId, deviceId))?.key_id;
  const own = new Set(
    keys.filter((key) => key.device_id === deviceId || key.key_id === last).map(({ key_id }) => key_id),
  );
  for (let before = -1; before < own.size;) {
    before = own.size;
    for (const { key_id, made_by, device_id } of keys) {
      if (device_id === null && made_by !== null && own.has(made_by)) own.add(key_id);
    }
  }
  return keys.filter(({ key_id }) => own.has(key_id));
};

const removed = ({ account_id, device_id }: DeviceRow): Write => ({
  table: 'device',
  key: keyOf(account_id, device_id),
  row: undefined,
});

const changed = (row: DeviceRow): Effect => ({
  rows: [],
  writes: [{ table: 'device', key: keyOf(row.account_id, row.device_id), row }],
});

const readStatements: readonly Statement[] = [
  {
    text: `select device_id, device.key_id, name, manifest, last_seen_on::text,
       coalesce(device_id = (select device_id from api_key where account_id = $1 and key_id = $2), false) as is_this
     from device
     where account_id = $1
     order by device_id`,
    run: (view, [id, keyId]) => {
      const asking = view.get('api_key', keyOf(uuid(id), text(keyId)))?.device_id ?? null;
      const rows = devicesOf(view, uuid(id)).toSorted((a, b) => (a.device_id < b.device_id ? -1 : 1));
      return {
        rows: rows.map(({ account_id: _, ...row }) => ({ ...row, is_this: row.device_id === asking })),
      };
    },
  },
  {
    text: 'select count(*) from device where account_id = $1',
    run: (view, [id]) => ({ rows: [{ count: String(devicesOf(view, uuid(id)).length) }] }),
  },
  {
    text: 'select from device where account_id = $1 and device_id = $2',
    run: (view, [id, deviceId]) => ({
      rows: view.get('device', keyOf(uuid(id), text(deviceId))) === undefined ? [] : [{}],
    }),
  },
];

const writeStatements: readonly Statement[] = [
  {
    text: `insert into device (account_id, device_id, key_id, name, manifest, last_seen_on)
     values ($1, $2, $3, $4, $5, current_date)
     on conflict (account_id, device_id) do update
     set key_id = excluded.key_id,
       name = coalesce(excluded.name, device.name),
       manifest = coalesce(excluded.manifest, device.manifest),
       last_seen_on = excluded.last_seen_on`,
    run: (view, [id, deviceId, keyId, name, manifest], { today }) => {
      const account_id = uuid(id);
      if (view.get('account', account_id) === undefined) throw new PostgresError(FOREIGN_KEY_VIOLATION);
      const before = view.get('device', keyOf(account_id, text(deviceId)));
      return changed({
        account_id,
        device_id: text(deviceId),
        key_id: text(keyId),
        name: name === null ? (before?.name ?? null) : bytes(name),
        manifest: manifest === null ? (before?.manifest ?? null) : bytes(manifest),
        last_seen_on: today,
      });
    },
  },
  {
    text: 'update api_key set device_id = $3 where account_id = $1 and key_id = $2',
    run: (view, [id, keyId, deviceId]) => {
      const key = keyOf(uuid(id), text(keyId));
      const row = view.get('api_key', key);
      if (row === undefined) return { rows: [] };
      return { rows: [], writes: [{ table: 'api_key', key, row: { ...row, device_id: text(deviceId) } }] };
    },
  },
  {
    text: 'update device set name = $3 where account_id = $1 and device_id = $2',
    run: (view, [id, deviceId, name]) => {
      const row = view.get('device', keyOf(uuid(id), text(deviceId)));
      return row === undefined ? { rows: [] } : changed({ ...row, name: bytes(name) });
    },
  },
  {
    text: `with recursive own as (
       select key_id from api_key
       where account_id = $1 and (
         device_id = $2 or key_id = (select key_id from device where account_id = $1 and device_id = $2)
       )
       union
       select made.key_id from api_key as made join own on made.made_by = own.key_id
       where made.account_id = $1 and made.device_id is null
     )
     update api_key set revoked_on = coalesce(api_key.revoked_on, current_date)
     from api_key as before
     where api_key.account_id = $1 and api_key.key_id in (select key_id from own)
       and before.account_id = $1 and before.key_id = api_key.key_id
     returning before.revoked_on is null as was_living`,
    run: (view, [id, deviceId], { today }) => {
      const own = ownKeys(view, uuid(id), text(deviceId));
      return {
        rows: own.map(({ revoked_on }) => ({ was_living: revoked_on === null })),
        writes: own.map((row) => ({
          table: 'api_key',
          key: keyOf(row.account_id, row.key_id),
          row: { ...row, revoked_on: row.revoked_on ?? today },
        })),
      };
    },
  },
  {
    text: 'delete from device where account_id = $1 and device_id = $2',
    run: (view, [id, deviceId]) => {
      const row = view.get('device', keyOf(uuid(id), text(deviceId)));
      return { rows: [], writes: row === undefined ? [] : [removed(row)] };
    },
  },
  {
    text: `delete from device
     where account_id = $1 and not exists (
       select from api_key
       where api_key.account_id = $1 and api_key.key_id = device.key_id and revoked_on is null
     )`,
    run: (view, [id]) => {
      const living = new Set(
        keysOf(view, uuid(id)).flatMap(({ key_id, revoked_on }) => (revoked_on === null ? [key_id] : [])),
      );
      const left = devicesOf(view, uuid(id)).filter(({ key_id }) => !living.has(key_id));
      return { rows: [], writes: left.map(removed) };
    },
  },
];

export const deviceStatements: readonly Statement[] = [...readStatements, ...writeStatements];
