import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { VERSION } from '../encoders/encoder.js';
import { coverageCases } from './coverage/cases.js';
import { type Coverage, simulatedCoverage } from './coverage/simulated-coverage.js';
import { thisMachine } from './measuring/this-machine.js';
import { trialJournal } from './measuring/trial-journal.js';

const RESULT = fileURLToPath(new URL('../../bench/results/coverage.json', import.meta.url));
const LEVEL = 0.95;
const SEED = 2020;
const EVALUATIONS = 1000;

function line({
  name,
  result,
  coverage,
  truth,
  meanValue,
  meanMiddle,
  spread,
  meanStandardError,
}: Coverage): string {
  const numbers = [truth, meanValue, meanMiddle, spread, meanStandardError].map((value) =>
    value.toPrecision(4),
  );
  return [
    name.padEnd(22),
    result.padEnd(15),
    coverage.toFixed(3),
    ...numbers.map((text) => text.padStart(10)),
  ].join(' ');
}

/**
 * How often the intervals of every metric hold the truth, in simulated populations where it is known: prints a line a number and
 * stores them in bench/results/coverage.json. At 1,000 evaluations a coverage of 0.95 is known to ±0.007.
 */
export async function coverageBench({
  evaluations,
  journal,
}: {
  readonly evaluations: number;
  /** file that keeps the cases of a run that is stopped */
  readonly journal?: string | undefined;
}): Promise<readonly Coverage[]> {
  const journaled = trialJournal(journal);
  const found: Coverage[] = [];
  console.log(
    'case                   number          held        truth      value     middle     spread   given SE',
  );
  for (const each of await coverageCases()) {
    const options = { evaluations, level: LEVEL, seed: SEED };
    const coverages = await journaled(`${each.name} ${evaluations}`, () => simulatedCoverage(each, options));
    for (const coverage of coverages) {
      found.push(coverage);
      console.log(line(coverage));
    }
  }
  return found;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const evaluations = Number(process.argv[2] ?? EVALUATIONS);
  const coverages = await coverageBench({ evaluations, journal: process.argv[3] });
  const result = {
    command: `node dist/bench/coverage.bench.js ${evaluations}`,
    machine: thisMachine(),
    versions: { steadfid: VERSION, node: process.versions.node },
    level: LEVEL,
    seed: SEED,
    coverages,
  };
  mkdirSync(fileURLToPath(new URL('../../bench/results/', import.meta.url)), { recursive: true });
  writeFileSync(RESULT, `${JSON.stringify(result, null, 2)}\n`);
}
