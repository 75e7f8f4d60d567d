/**
 * Whether one shape of the database only adds to another: what a program that knows the first one says works on both. It
 * compares what Postgres's catalog says of the tables that are in the first one.
 */

type Sql = <Row>(text: string) => Promise<readonly Row[]>;

export interface Shape {
  /** By `table.column`. */
  readonly columns: ReadonlyMap<string, { readonly type: string; readonly mayBeLeftOut: boolean }>;
  /** Constraints, unique indexes and triggers, each with its table. */
  readonly rules: ReadonlyMap<string, string>;
}

export const readShape = async (sql: Sql): Promise<Shape> => {
  const columns = await sql<{ column: string; type: string; may_be_left_out: boolean }>(`
    select attrelid::regclass || '.' || attname as column, format_type(atttypid, atttypmod) as type,
      not attnotnull or atthasdef or attidentity <> '' as may_be_left_out
    from pg_attribute
    join pg_class on pg_class.oid = attrelid and relnamespace = 'public'::regnamespace and relkind in ('r', 'p')
    where attnum > 0 and not attisdropped`);
  const rules = await sql<{ of_table: string; rule: string }>(`
    select conrelid::regclass::text as of_table, pg_get_constraintdef(oid) as rule
    from pg_constraint where connamespace = 'public'::regnamespace and contype <> 'n'
    union all
    select indrelid::regclass::text, pg_get_indexdef(indexrelid)
    from pg_index
    join pg_class on pg_class.oid = indrelid and relnamespace = 'public'::regnamespace
    where indisunique
    union all
    select tgrelid::regclass::text, pg_get_triggerdef(oid) from pg_trigger where not tgisinternal`);
  return {
    columns: new Map(
      columns.map(({ column, type, may_be_left_out }) => [column, { type, mayBeLeftOut: may_be_left_out }]),
    ),
    rules: new Map(rules.map(({ of_table, rule }) => [`${of_table}: ${rule}`, of_table])),
  };
};

/** What a program of the shape before would stumble over, in words; nothing where there is nothing. */
export const obstacles = (before: Shape, after: Shape): readonly string[] => {
  const tables = new Set([...before.columns.keys()].map(tableOf));
  return [
    ...[...before.columns].flatMap(([column, { type, mayBeLeftOut }]) => {
      const now = after.columns.get(column);
      if (now === undefined) return [`${column} is gone`];
      if (now.type !== type) return [`${column} has another type`];
      return mayBeLeftOut && !now.mayBeLeftOut ? [`${column} must be given`] : [];
    }),
    ...[...after.columns]
      .filter(([column]) => !before.columns.has(column) && tables.has(tableOf(column)))
      .flatMap(([column, { mayBeLeftOut }]) => (mayBeLeftOut ? [] : [`${column} must be given`])),
    ...[...before.rules.keys()].filter((rule) => !after.rules.has(rule)).map((rule) => `${rule} is gone`),
    ...[...after.rules]
      .filter(([rule, table]) => !before.rules.has(rule) && tables.has(table))
      .map(([rule]) => `${rule} is new`),
  ];
};

const tableOf = (column: string): string => column.split('.')[0] ?? '';
