import { Worker } from 'node:worker_threads';
import { outcomeOf } from './outcome.js';
import { READERS } from './readers.js';
import type { Bounds } from './watchdog.js';

// One file by one reader, in a process of its own: `child.js READER PATH CPU_SECONDS MEGABYTES`.
const [reader, path, cpuSeconds, megabytes] = process.argv.slice(2) as [string, string, string, string];
const bounds: Bounds = { cpuSeconds: Number(cpuSeconds), megabytes: Number(megabytes) };
const current = new Float64Array(new SharedArrayBuffer(16));
current[0] = -1;
const watchdog = new Worker(new URL('./watchdog.js', import.meta.url), {
  workerData: { bounds, current },
  execArgv: [],
});
await new Promise((online) => watchdog.once('online', online));
const { user, system } = process.cpuUsage();
current[0] = (user + system) / 1e6;
const outcome = await outcomeOf(() =>
  (READERS as Readonly<Record<string, { read(path: string): Promise<unknown> }>>)[reader]!.read(path),
);
current[0] = -1;
process.stdout.write(`${JSON.stringify(outcome)}\n`, () => process.exit(0));
