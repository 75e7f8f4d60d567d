/**
 * One round: import, first upload and first download by real devices, each followed at once by its floor, so that
 * what else the machine does in the meantime falls on both.
 */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { DeviceResult } from './device-process.ts';
import type { FloorResult } from './floor-process.ts';
import { peakMb, resetPeak } from './peak-memory.ts';
import type { Processes, RunningService } from './processes.ts';

export const questions = ['import', 'first upload', 'first download'] as const;
export type Question = (typeof questions)[number];

export interface Measurement {
  readonly question: Question;
  readonly records: number;
  readonly oursMs: number;
  /** Milliseconds by part; their sum is the floor. */
  readonly floorParts: Readonly<Record<string, number>>;
  readonly httpMs: number | null;
  /** `undefined` where the system does not say. */
  readonly devicePeakMb: number | undefined;
  /** `undefined` where the service has no part in it, too. */
  readonly servicePeakMb: number | undefined;
}

export interface Setting {
  readonly processes: Processes;
  readonly service: RunningService;
  readonly serviceFolder: string;
  /** The history that is imported, and how many records come of it. */
  readonly history: string;
  readonly records: number;
  /** Where the devices of this round live; made and removed here. */
  readonly folder: string;
  readonly onMeasured: (measurement: Measurement) => void;
}

/** Answers the version of Postgres. */
export const measureRound = async (setting: Setting): Promise<string> => {
  const { processes, service, serviceFolder, history, folder } = setting;
  mkdirSync(folder, { mode: 0o700 });
  const deviceA = join(folder, 'device-a');
  const deviceB = join(folder, 'device-b');
  const floorA = join(folder, 'floor-a.db');
  const floorB = join(folder, 'floor-b.db');
  const account = { url: service.url, apiKey: await service.newAccount() };
  try {
    const imported = await processes.device({ name: 'import', dataDir: deviceA, file: history });
    const model = join(deviceA, 'device.db');
    const importFloor = await processes.floor({ name: 'import', source: history, model, file: floorA });
    report(setting, 'import', { ours: imported, floor: importFloor, servicePeakMb: undefined });

    resetPeak(service.pid);
    const uploaded = await processes.device({ name: 'upload', dataDir: deviceA, ...account });
    const uploadPeak = peakMb(service.pid);
    const uploadFloor = await processes.floor({ name: 'upload', file: floorA, serviceFolder });
    report(setting, 'first upload', { ours: uploaded, floor: uploadFloor, servicePeakMb: uploadPeak });

    const phrase = uploaded.phrase ?? '';
    resetPeak(service.pid);
    const downloaded = await processes.device({ name: 'download', dataDir: deviceB, ...account, phrase });
    const downloadPeak = peakMb(service.pid);
    const downloadFloor = await processes.floor({
      name: 'download',
      model: floorA,
      file: floorB,
      serviceFolder,
      account: uploadFloor.account ?? '',
    });
    report(setting, 'first download', {
      ours: downloaded,
      floor: downloadFloor,
      servicePeakMb: downloadPeak,
    });
    return uploadFloor.postgres ?? 'unknown';
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

/** A floor that did less, or a device that did, would make every figure worthless. */
const report = (
  { records, onMeasured }: Setting,
  question: Question,
  result: {
    readonly ours: DeviceResult;
    readonly floor: FloorResult;
    readonly servicePeakMb: number | undefined;
  },
): void => {
  const { ours, floor, servicePeakMb } = result;
  for (const { records: done } of [ours, floor])
    if (done !== records) throw new Error(`${question}: ${String(done)} of ${String(records)} records`);
  onMeasured({
    question,
    records,
    oursMs: ours.ms,
    floorParts: floor.parts,
    httpMs: floor.httpMs,
    devicePeakMb: ours.peakMb ?? undefined,
    servicePeakMb,
  });
};
