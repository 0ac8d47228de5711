import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { VERSION } from '../encoders/encoder.js';
import { type DesignCoverage, designCoverage, truthOfWorld } from './coverage/design-coverage.js';
import { DESIGN_WORLDS, WARNED_WORLDS } from './coverage/design-worlds.js';
import { thisMachine } from './measuring/this-machine.js';

/** `[seed [path]]`, for another seed kept elsewhere */
const SEED = Number(process.argv[2] ?? 2020);
const RESULT =
  process.argv[3] ?? fileURLToPath(new URL('../../bench/results/design-coverage.json', import.meta.url));
const EVALUATIONS = 400;
/** worlds that show what the design is for */
const HEADLINES: ReadonlySet<string> = new Set(['stratified', 'near-copies']);
/** whose score is that of another world, or of one class alone */
const WITHOUT_SCORE: ReadonlySet<string> = new Set([
  'paired',
  'one factor',
  'stratified reference',
  'shared images',
  ...WARNED_WORLDS.map(({ name }) => name),
]);
const SIZES = [80, 400] as const;
const METRICS = ['fid', 'kid-all-pairs', 'cmmd', 'is'] as const;

/** What an interrupted run has stored of the same version and seed. */
function stored(): readonly DesignCoverage[] {
  try {
    const { coverages, seed } = JSON.parse(readFileSync(RESULT, 'utf8'));
    return seed === SEED ? coverages : [];
  } catch {
    return [];
  }
}

function store(coverages: readonly DesignCoverage[]): void {
  const result = {
    command: `node dist/bench/design-coverage.bench.js ${SEED}`,
    machine: thisMachine(),
    versions: { steadfid: VERSION, node: process.versions.node },
    level: 0.95,
    seed: SEED,
    coverages,
  };
  mkdirSync(fileURLToPath(new URL('../../bench/results/', import.meta.url)), { recursive: true });
  writeFileSync(RESULT, `${JSON.stringify(result, null, 2)}\n`);
}

/**
 * How often intervals hold the truth where images are stratified, clustered or paired: a line a case, stored after each, so that a run that was
 * stopped goes on. At 400 evaluations a coverage of 0.95 is known to ±0.011, at 1,000 to ±0.007.
 */
async function main(): Promise<void> {
  const coverages = [...stored()];
  for (const n of SIZES) {
    for (const world of [...DESIGN_WORLDS, ...WARNED_WORLDS]) {
      for (const metric of METRICS) {
        if (metric === 'is' && WITHOUT_SCORE.has(world.name)) continue;
        if (coverages.some((one) => one.world === world.name && one.n === n && one.metric === metric))
          continue;
        const evaluations = HEADLINES.has(world.name) ? (n > 100 ? 400 : 1000) : EVALUATIONS;
        const truth = await truthOfWorld(world, metric);
        const found = await designCoverage(world, { metric, n, evaluations, seed: SEED, truth });
        coverages.push(found);
        store(coverages);
        console.log(
          `${world.name.padEnd(22)} ${metric.padEnd(14)} ${String(n).padStart(4)} ${found.coverage?.toFixed(3) ?? 'none'} (${found.below} below, ${found.above} above)`,
        );
      }
    }
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await main();
