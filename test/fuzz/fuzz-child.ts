import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { EvaluationError } from '../../errors.js';
import { READERS, type ReaderName } from '../hostile/readers.js';
import { seededIntegers } from '../support/seeded-random.js';
import { BROKEN, CASE_BOUNDS, CASE_FILE, caseSeed } from './fuzz-case.js';
import { fuzzTargets } from './fuzz-targets.js';

// Cases of readers in a process of their own: `fuzz-child.js READER[,READER…] SEED FROM COUNT`. For each reader a line of JSON with
// its name, one for each failure and one at its end; a case that hangs or takes too much memory ends the process, and the watchdog says
// which it was.
const [names, seed, from, count] = process.argv.slice(2) as [string, string, string, string];
const targets = await fuzzTargets();

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

async function readCases(name: ReaderName): Promise<void> {
  const { ending, read } = READERS[name];
  const fuzzed = targets[name]!;
  const folder = mkdtempSync(join(tmpdir(), 'steadfid-fuzz-'));
  const path = join(folder, ending);
  say({ reader: name, folder });
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
  closeSync(atCase);
  rmSync(folder, { recursive: true, force: true });
  say({ kind: 'done', refused });
}

for (const name of names.split(',')) await readCases(name as ReaderName);
