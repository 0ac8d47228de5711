import { writeSync } from 'node:fs';
import { workerData } from 'node:worker_threads';

/** What a child may take while it reads one file; more ends the whole process. */
export interface Bounds {
  readonly cpuSeconds: number;
  readonly megabytes: number;
}

const EVERY_MS = 20;
const { bounds, current } = workerData as { readonly bounds: Bounds; readonly current: Float64Array };

// A thread of its own: the one that hangs can end nothing. `current` is [CPU seconds when the reading began, case].
setInterval(() => {
  const [began, index] = current as unknown as readonly [number, number];
  if (began < 0) return;
  const { user, system } = process.cpuUsage();
  const cpuSeconds = (user + system) / 1e6 - began;
  const megabytes = process.memoryUsage.rss() / 2 ** 20;
  const kind =
    cpuSeconds > bounds.cpuSeconds ? 'hung' : megabytes > bounds.megabytes ? 'out of memory' : undefined;
  if (kind === undefined) return;
  writeSync(1, `${JSON.stringify({ kind, said: '', cpuSeconds, megabytes, index })}\n`);
  process.kill(process.pid, 'SIGKILL');
}, EVERY_MS);
