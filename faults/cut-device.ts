/**
 * A device in a process of its own that does one main flow, and is killed at one of its statements.
 *
 *   node faults/cut-device.ts <data folder> <flow> <number> before|after <file to import>
 *
 * Prints a line of JSON per entry that was answered, and `{"counted": …}` where the flow came to its end.
 */
import { writeSync } from 'node:fs';
import { openHostedDevice } from '../apps/desktop/host/open-device.ts';
import { countedSoFar, cutAt, type Side } from './cut-at-statement.ts';
import { type DeviceFlow, flows } from './cut-flows.ts';

const [, , dataDir = '', flow = '', number = '0', side = '', file = ''] = process.argv;

// Not through a stream: what was answered is told before anything else happens.
const tell = (fact: unknown): void => {
  writeSync(1, `${JSON.stringify(fact)}\n`);
};

const opened = await openHostedDevice({ dataDir });
if (!opened.ok) throw new Error(`the device did not open: ${opened.error.type}`);
const { prepare, act } = flows[flow as DeviceFlow];
const doing = { device: opened.value.device, tell, file };
await prepare?.(doing);
cutAt(Number(number), side as Side);
await act(doing);
tell({ counted: countedSoFar() });
opened.value.close();
