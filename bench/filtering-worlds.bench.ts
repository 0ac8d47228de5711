import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { VERSION } from '../encoders/encoder.js';
import { BEYOND_DETAIL } from '../filtering/beyond-detail.js';
import { openAlgebra } from '../numerics/open-algebra.js';
import { type ConstantSensitivity, constantSensitivity } from './filtering/constant-sensitivity.js';
import { simulatedEffect } from './filtering/simulated-worlds.js';
import { WORLDS } from './filtering/world-catalog.js';
import { type VerdictRate, verdictRate } from './filtering/world-rates.js';
import { thisMachine } from './measuring/this-machine.js';

const RESULT = fileURLToPath(new URL('../../bench/results/filtering-worlds.json', import.meta.url));
const SENSITIVITY = fileURLToPath(new URL('../../bench/results/filtering-sensitivity.json', import.meta.url));
/** Of each world, with seven sets of constants each. */
const SENSITIVITY_TRIALS = 3;
const DRAWS = 99;
/** Trials of each world before the next one's turn, so that a stopped run has some of all. */
const TURN = 20;

type Counts = Record<string, Record<string, number>>;

function rates(counts: Counts, worlds: typeof WORLDS): Record<string, VerdictRate> {
  return Object.fromEntries(
    worlds.flatMap(({ name, counted }) =>
      counts[name] === undefined ? [] : [[name, verdictRate(counted, counts[name])]],
    ),
  );
}

/** Counts of a stopped run. */
function storedCounts(path: string): Counts {
  if (!existsSync(path)) return {};
  const { worlds } = JSON.parse(readFileSync(path, 'utf8')) as { worlds: Record<string, VerdictRate> };
  return Object.fromEntries(Object.entries(worlds).map(([name, { verdicts }]) => [name, { ...verdicts }]));
}

function store(path: string, counts: Counts, worlds: typeof WORLDS): void {
  const result = {
    command: 'node dist/bench/filtering-worlds.bench.js',
    options: { draws: DRAWS, significance: 0.05 },
    machine: thisMachine(),
    versions: { steadfid: VERSION, node: process.versions.node },
    about:
      'how often each verdict is given in simulated worlds; share: of what must be rare (5 %) of tied and detail scores, or common (95 %) of knowing ones; interval: 95 %, binomial',
    worlds: rates(counts, worlds),
  };
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.part`, `${JSON.stringify(result, null, 2)}\n`);
  renameSync(`${path}.part`, path);
}

/**
 * What `compare` says in simulated worlds, of scores whose worth is planted: a turn of each world after another, going on where a
 * stopped run ended.
 *
 * @param most  trials of each world at most
 */
export async function filteringWorldsBench({
  path,
  most,
  worlds = WORLDS,
}: {
  readonly path: string;
  readonly most: number;
  readonly worlds?: typeof WORLDS;
}): Promise<Record<string, VerdictRate>> {
  const algebra = await openAlgebra();
  const counts = storedCounts(path);
  const done = (name: string) => Object.values(counts[name] ?? {}).reduce((sum, count) => sum + count, 0);
  const isOpen = ({ name, trials }: (typeof WORLDS)[number]) => done(name) < Math.min(most, trials);
  for (let open = worlds.filter(isOpen); open.length > 0; open = worlds.filter(isOpen)) {
    for (const { name, world, trials } of open) {
      const own = counts[name] ?? {};
      const end = Math.min(most, trials, done(name) + TURN);
      for (let seed = done(name) + 1; seed <= end; seed++) {
        const { verdict } = await simulatedEffect(world, { seed, draws: DRAWS, algebra });
        own[verdict!.kind] = (own[verdict!.kind] ?? 0) + 1;
      }
      counts[name] = own;
      store(path, counts, worlds);
    }
  }
  return rates(counts, worlds);
}

/** The verdicts of a few trials of each kind of world with each constant changed by a fifth. */
async function sensitivityBench(): Promise<readonly ConstantSensitivity[]> {
  const algebra = await openAlgebra();
  const found: ConstantSensitivity[] = [];
  for (const world of WORLDS.filter(({ world: { n } }) => n === 400))
    found.push(await constantSensitivity(world, { trials: SENSITIVITY_TRIALS, draws: DRAWS, algebra }));
  return found;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href && process.argv[2] === 'sensitivity') {
  const found = await sensitivityBench();
  for (const one of found) console.log(one.world.padEnd(48), one.trials, JSON.stringify(one.flips));
  const command = 'node dist/bench/filtering-worlds.bench.js sensitivity';
  writeFileSync(
    SENSITIVITY,
    `${JSON.stringify({ command, constants: BEYOND_DETAIL, worlds: found }, null, 2)}\n`,
  );
  process.exit(0);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const found = await filteringWorldsBench({ path: RESULT, most: Number(process.argv[2] ?? Infinity) });
  for (const [name, { counted, trials, share, interval }] of Object.entries(found))
    console.log(name.padEnd(48), `${counted}:`, share, `(${interval.join(' … ')})`, `of ${trials}`);
  process.exit(0);
}
