import { mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { EvaluationError } from '../../errors.js';
import { READERS, type ReaderName } from '../hostile/readers.js';
import { seededIntegers } from '../support/seeded-random.js';
import { BROKEN, CASE_BOUNDS, CASE_FILE, caseSeed } from './fuzz-case.js';
import { fuzzTargets } from './fuzz-targets.js';

// Cases of one reader in a process of its own: `fuzz-child.js READER SEED FROM COUNT`. A line of JSON for each failure and
// one at the end; a case that hangs or takes too much memory ends the process, and the watchdog says which it was.
const [name, seed, from, count] = process.argv.slice(2) as [ReaderName, string, string, string];
const { ending, read } = READERS[name];
const fuzzed = (await fuzzTargets())[name]!;
const folder = mkdtempSync(join(tmpdir(), 'steadfid-fuzz-'));
const path = join(folder, ending);

const current = new Float64Array(new SharedArrayBuffer(16));
current[0] = -1;
const watchdog = new Worker(new URL('../hostile/watchdog.js', import.meta.url), {
  workerData: { bounds: CASE_BOUNDS, current },
  execArgv: [],
});
await new Promise((online) => watchdog.once('online', online));
watchdog.unref();

function say(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

Error.stackTraceLimit = 4; // of thousands of refusals nobody reads more
say({ folder });
const atCase = openSync(join(folder, CASE_FILE), 'w'); // for the parent, should the process crash
let refused = 0;
for (let index = Number(from); index < Number(from) + Number(count); index++) {
  try {
    writeFileSync(path, fuzzed(seededIntegers(caseSeed(Number(seed), index))));
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.stack : error}\n`);
    process.exit(BROKEN);
  }
  const { user, system } = process.cpuUsage();
  current[1] = index;
  writeSync(atCase, String(index).padStart(12), 0);
  current[0] = (user + system) / 1e6;
  try {
    await read(path);
  } catch (error) {
    if (error instanceof EvaluationError) refused++;
    else say({ kind: 'foreign', index, said: error instanceof Error ? error.stack : String(error) });
  }
  current[0] = -1;
}
rmSync(folder, { recursive: true, force: true });
say({ kind: 'done', refused });
