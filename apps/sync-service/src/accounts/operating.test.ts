/** What docs/operating.md, the alerts and the dashboard speak of is there, and what is there is spoken of. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { FIRST } from '../http/certificates.testing.ts';
import { dataFolder, serve } from '../process.testing.ts';
import { WAITING } from '../testing.ts';

const read = (path: string): string => readFileSync(new URL(`../../../../${path}`, import.meta.url), 'utf8');

const documents = {
  'docs/operating.md': read('docs/operating.md'),
  'deploy/monitoring/prometheus-rules.yaml': read('deploy/monitoring/prometheus-rules.yaml'),
  'deploy/monitoring/grafana-dashboard.json': read('deploy/monitoring/grafana-dashboard.json'),
};

const FIGURE = /\b(?:mhb_sync|process|nodejs)_[a-z0-9_]+/g;

/** Of a histogram Prometheus makes three series. */
const withoutSuffix = (name: string): string => name.replace(/_(?:bucket|sum|count)$/, '');

const figuresIn = (text: string): ReadonlySet<string> =>
  new Set((text.match(FIGURE) ?? []).map(withoutSuffix));

/** The figures of a service that has everything there is to tell of. */
const toldFigures = async (): Promise<ReadonlySet<string>> => {
  const folder = dataFolder();
  writeFileSync(join(folder, 'cert'), FIRST.cert);
  writeFileSync(join(folder, 'key'), FIRST.key);
  const service = await serve(dataFolder(), [], {
    MHB_SYNC_METRICS_PORT: '0',
    MHB_SYNC_TLS_CERTIFICATE_FILE: join(folder, 'cert'),
    MHB_SYNC_TLS_KEY_FILE: join(folder, 'key'),
  });
  const url = /http:\/\/127\.0\.0\.1:\d+\/metrics/.exec(service.stderr())?.[0] ?? '';
  const text = await vi.waitFor(async () => {
    const figures = await (await fetch(url)).text();
    expect(figures).toMatch(/^mhb_sync_data_free_bytes \d{6,}/m);
    return figures;
  }, WAITING);
  await service.stop();
  expect(text).toMatch(/^mhb_sync_tls_certificate_expiry_timestamp_seconds 49\d{8}$/m);
  return new Set([...text.matchAll(/^# TYPE (\S+) /gm)].map(([, name = '']) => name));
};

test('[D8] every figure that is named exists, and every one of ours is named', async () => {
  const told = await toldFigures();
  for (const [path, text] of Object.entries(documents)) {
    const named = figuresIn(text);
    expect(named.size, path).toBeGreaterThan(8);
    expect(
      [...named].filter((name) => !told.has(name)),
      path,
    ).toEqual([]);
  }
  const ours = [...told].filter((name) => name.startsWith('mhb_sync_'));
  const explained = figuresIn(documents['docs/operating.md']);
  expect(ours.filter((name) => !explained.has(name))).toEqual([]);
});

test('[D8] every alert has a line that says what to do, and every such line has its alert', () => {
  const alerts = [...documents['deploy/monitoring/prometheus-rules.yaml'].matchAll(/- alert: (\w+)$/gm)];
  const explained = [...documents['docs/operating.md'].matchAll(/^\| `(MhbSync\w+)` +\| \S/gm)];
  const namesOf = (found: readonly RegExpExecArray[]) => found.map(([, name = '']) => name).toSorted();
  expect(namesOf(explained)).toEqual(namesOf(alerts));
  expect(alerts.length).toBeGreaterThan(10);
});

test('[D8] the dashboard is one: panels that do not overlap, each with a question and a sentence about it', () => {
  const dashboard = JSON.parse(documents['deploy/monitoring/grafana-dashboard.json']) as {
    readonly panels: readonly {
      readonly id: number;
      readonly title: string;
      readonly description: string;
      readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
      readonly targets: readonly { readonly expr: string }[];
    }[];
  };
  const taken = new Set<string>();
  for (const { title, description, gridPos, targets } of dashboard.panels) {
    expect(description, title).toMatch(/\.$/);
    expect(targets.length, title).toBeGreaterThan(0);
    for (const { expr } of targets) expect(expr.match(FIGURE), title).not.toBeNull();
    for (let x = gridPos.x; x < gridPos.x + gridPos.w; x += 1)
      for (let y = gridPos.y; y < gridPos.y + gridPos.h; y += 1) {
        const place = `${String(x)} ${String(y)}`;
        expect(taken.has(place), title).toBe(false);
        taken.add(place);
      }
  }
  expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length);
});
