import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { READERS, type ReaderName } from '../hostile/readers.js';
import { projectRoot } from '../support/project.js';
import { seededIntegers } from '../support/seeded-random.js';
import { caseSeed } from './fuzz-case.js';
import { storedResults, writeResults } from './fuzz-results.js';
import { fuzzTargets } from './fuzz-targets.js';
import { type Failure, fuzzCases } from './run-fuzz.js';

const USAGE = `npm run fuzz -- READER [--seconds N | --cases N] [--seed S] [--from I] [--results FILE]
  Gives a reader files that no program would write, in a process with bounds on time and memory. A case fails if it
  ends in an error that is not the suite's own, hangs, or takes too much memory; its file is kept in fuzz-failures/.
  With --results each reader goes on behind the cases that the file already counts, and those of this run are added to it.
  READER may be all; --list prints the readers.`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seconds: { type: 'string' },
    cases: { type: 'string' },
    seed: { type: 'string', default: '1' },
    from: { type: 'string', default: '0' },
    list: { type: 'boolean', default: false },
    results: { type: 'string' },
  },
});

const CASES_AT_ONCE = 2_000;
const targets = await fuzzTargets();
const names = Object.keys(targets) as ReaderName[];
const [asked] = positionals;
if (values.list) {
  process.stdout.write(`${names.join('\n')}\n`);
  process.exit(0);
}
if (asked === undefined || (asked !== 'all' && !(asked in targets))) {
  process.stderr.write(`${USAGE}\n  Readers: ${names.join(', ')}\n`);
  process.exit(2);
}

/** Saves the file of a failed case and says how to repeat it. */
function keep({ reader, seed, index, kind, said }: Failure): void {
  const folder = join(projectRoot, 'fuzz-failures');
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${reader}-${seed}-${index}-${READERS[reader].ending}`);
  writeFileSync(path, targets[reader]!(seededIntegers(caseSeed(seed, index))));
  process.stdout.write(
    `${kind}: ${said.split('\n').slice(0, 4).join(' | ')}\n  kept as ${path}\n  npm run fuzz -- ${reader} --seed ${seed} --from ${index} --cases 1\n`,
  );
}

const seed = Number(values.seed);
const most = values.cases === undefined ? Number.POSITIVE_INFINITY : Number(values.cases);
const seconds = Number(values.seconds ?? (values.cases === undefined ? 10 : Number.POSITIVE_INFINITY));
const stored = values.results === undefined ? [] : await storedResults(values.results);
let failed = 0;
for (const reader of asked === 'all' ? names : [asked as ReaderName]) {
  const began = performance.now();
  const before = stored.find((result) => result.reader === reader && result.seed === seed);
  const result = before ?? { reader, seed, cases: 0, refused: 0, failures: [] };
  if (before === undefined) stored.push(result);
  const from = Number(values.from) + result.cases;
  let cases = 0;
  while (cases < most && performance.now() - began < seconds * 1000) {
    const found = await fuzzCases(reader, {
      seed,
      from: from + cases,
      count: Math.min(CASES_AT_ONCE, most - cases),
    });
    cases += found.cases;
    result.cases += found.cases;
    result.refused += found.refused;
    result.failures.push(...found.failures);
    failed += found.failures.length;
    found.failures.forEach(keep);
    if (values.results !== undefined) await writeResults(values.results, stored);
  }
  process.stdout.write(`${reader}: ${cases} cases, ${failed} failed in all\n`);
}
process.exit(failed > 0 ? 1 : 0);
