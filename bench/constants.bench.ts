import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { VERSION } from '../encoders/encoder.js';
import { CHANGE_VARIABLE, type ConstantChange } from './constants/changed-constant.js';
import type { PlantedVerdicts } from './constants/planted-verdicts.js';

const RESULT = fileURLToPath(new URL('../../bench/results/constants.json', import.meta.url));
const SEEDS = 3;

/** Constants that decide what is said of a design, an interval or a ranking. Each has its reason where it is defined. */
export const DECIDING_CONSTANTS: readonly Omit<ConstantChange, 'factor'>[] = [
  { file: 'metrics/design/near-copies', name: 'NEAR_COPY_RATIO' },
  { file: 'metrics/design/near-copies', name: 'NEAR_COPY_SHARE' },
  { file: 'metrics/design/near-copies', name: 'NEAR_COPIES_BY_CHANCE' },
  { file: 'metrics/design/near-copies', name: 'FEWEST_IMAGES' },
  { file: 'metrics/design/pairing', name: 'FEWEST_PAIRS' },
  { file: 'metrics/design/pairing', name: 'PAIRED_BY_CHANCE' },
  { file: 'metrics/design/strata', name: 'FEWEST_OF_STRATUM' },
  { file: 'metrics/design/tail-weight', name: 'FEWEST_CARRYING' },
  { file: 'metrics/design/tail-weight', name: 'LEAST_SHARE' },
  { file: 'metrics/design/even-counts', name: 'EVENNESS_DEVIATE' },
  { file: 'metrics/design/file-order', name: 'ORDER_DEVIATE' },
  { file: 'metrics/design/file-order', name: 'NEGLIGIBLE_CORRELATION' },
  { file: 'metrics/design/sampling-design', name: 'NEGLIGIBLE_DEPENDENCE' },
  { file: 'metrics/design/design-groups', name: 'NEGLIGIBLE_UNEVENNESS' },
  { file: 'metrics/intervals/jackknife-of-metric', name: 'FEWEST_CLUSTERS' },
  { file: 'metrics/intervals/with-intervals', name: 'NONLINEARITY_WARNING_THRESHOLD' },
  { file: 'metrics/warnings', name: 'BIAS_WARNING_THRESHOLD' },
  { file: 'sample-size-study/study-rankings', name: 'FALSE_RANKINGS' },
  { file: 'sample-size-study/study-rankings', name: 'SETTLED_FLIP_RATE' },
  { file: 'sample-size-study/analysis/bias-fit', name: 'STANDARD_ERRORS_OF_NOISE' },
  { file: 'sample-size-study/analysis/finite-pool', name: 'LARGEST_POOL_SHARE' },
  { file: 'sample-size-study/final-values', name: 'ERRORS_FROM_ZERO' },
];

/** The planted verdicts in a process of their own, with one constant changed. */
export function verdictsWith(change: ConstantChange | null, seeds: number): PlantedVerdicts {
  const path = (name: string) => fileURLToPath(new URL(`./constants/${name}.js`, import.meta.url));
  const hook = change === null ? [] : ['--import', pathToFileURL(path('changed-constant')).href];
  return JSON.parse(
    execFileSync(process.execPath, [...hook, path('planted-verdicts'), String(seeds)], {
      encoding: 'utf8',
      env: { ...process.env, [CHANGE_VARIABLE]: JSON.stringify(change) },
    }),
  );
}

/** Planted cases whose verdict another one replaces: by case, what it was and what it became. */
export function flipsOf(
  usual: PlantedVerdicts,
  changed: PlantedVerdicts,
): Readonly<Record<string, readonly [string, string]>> {
  return Object.fromEntries(
    Object.keys(usual)
      .filter((name) => usual[name] !== changed[name])
      .map((name) => [name, [usual[name]!, changed[name]!]]),
  );
}

/** Every deciding constant a fifth less and a fifth more: which planted verdicts change. */
function main(): void {
  const seeds = Number(process.argv[2] ?? SEEDS);
  const usual = verdictsWith(null, seeds);
  const changes = DECIDING_CONSTANTS.flatMap((constant) =>
    [0.8, 1.2].map((factor) => {
      const flips = flipsOf(usual, verdictsWith({ ...constant, factor }, seeds));
      console.log(`${constant.name} × ${factor}: ${Object.keys(flips).length} flips`);
      return { ...constant, factor, flips };
    }),
  );
  const result = {
    command: `node dist/bench/constants.bench.js ${seeds}`,
    versions: { steadfid: VERSION, node: process.versions.node },
    seeds,
    cases: Object.keys(usual).length,
    usual,
    changes,
  };
  writeFileSync(RESULT, `${JSON.stringify(result, null, 2)}\n`);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) main();
