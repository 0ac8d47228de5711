import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { VERSION } from '../encoders/encoder.js';
import { thisMachine } from './measuring/this-machine.js';
import { stabilityTrial } from './stability/stability-trial.js';
import { STABILITY_WORLDS, type StabilityWorld } from './stability/stability-worlds.js';

const RESULT = fileURLToPath(new URL('../../bench/results/stability-worlds.json', import.meta.url));
const SEEDS = 400;
const SIZE = { n: 160, repeats: 12 };
/** Trials of each world before the next one's turn, so that a stopped run has some of all. */
const TURN = 20;

/** Sums over trials. */
export interface StabilityRates {
  trials: number;
  /** by quantity and what the filtered set stands beside: intervals that hold the truth, and all */
  held: Record<string, [held: number, all: number]>;
  kinds: Record<string, number>;
  /** of the filtered set's n·s² over theory: sum, sum of squares, count */
  variance: [sum: number, squares: number, count: number];
  slopesLower: number;
  narrowed: number;
}

function nothing(): StabilityRates {
  return { trials: 0, held: {}, kinds: {}, variance: [0, 0, 0], slopesLower: 0, narrowed: 0 };
}

async function add(
  rates: StabilityRates,
  world: StabilityWorld,
  size: { readonly n: number; readonly repeats: number },
): Promise<void> {
  const trial = await stabilityTrial(world, { seed: rates.trials + 1, ...size });
  rates.trials++;
  for (const [name, is] of Object.entries(trial.held)) {
    const [held, all] = rates.held[name] ?? [0, 0];
    rates.held[name] = [held + (is ? 1 : 0), all + 1];
  }
  for (const kind of trial.kinds) rates.kinds[kind] = (rates.kinds[kind] ?? 0) + 1;
  if (trial.variance !== null) {
    const ratio = trial.variance / world.variance!;
    const [sum, squares, count] = rates.variance;
    rates.variance = [sum + ratio, squares + ratio ** 2, count + 1];
  }
  rates.slopesLower += trial.isSlopeLower ? 1 : 0;
  rates.narrowed += trial.isNarrowed ? 1 : 0;
}

type Stored = Record<string, { counts: StabilityRates }>;

function store(path: string, found: Readonly<Record<string, StabilityRates>>, size: typeof SIZE): void {
  const share = ([held, all]: readonly [number, number]) => Number((held / all).toFixed(3));
  const worlds = Object.fromEntries(
    Object.entries(found).map(([name, counts]) => {
      const [sum, squares, count] = counts.variance;
      const mean = sum / count;
      return [
        name,
        {
          coverage: Object.fromEntries(Object.entries(counts.held).map(([key, of]) => [key, share(of)])),
          varianceOverTheory:
            count < 2
              ? null
              : {
                  mean: Number(mean.toFixed(4)),
                  standardError: Number(Math.sqrt((squares / count - mean ** 2) / (count - 1)).toFixed(4)),
                },
          counts,
        },
      ];
    }),
  );
  const result = {
    command: 'node dist/bench/stability-worlds.bench.js',
    options: size,
    machine: thisMachine(),
    versions: { steadfid: VERSION, node: process.versions.node },
    about:
      'studies of filters whose effect on stability is known; coverage: share of the 95 % intervals that hold what is true; varianceOverTheory: n·variance of FID on filtered images over its first-order value',
    worlds,
  };
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.part`, `${JSON.stringify(result, null, 2)}\n`);
  renameSync(`${path}.part`, path);
}

/** Whole studies in simulated worlds, a turn of each after another, going on where a stopped run ended. */
export async function stabilityWorldsBench({
  path,
  most,
  size = SIZE,
  worlds = STABILITY_WORLDS,
}: {
  readonly path: string;
  /** trials of each world */
  readonly most: number;
  readonly size?: typeof SIZE;
  readonly worlds?: readonly StabilityWorld[];
}): Promise<Readonly<Record<string, StabilityRates>>> {
  const stored: Stored = existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')).worlds : {};
  const found = Object.fromEntries(worlds.map(({ name }) => [name, stored[name]?.counts ?? nothing()]));
  const end = ({ trials = most }: StabilityWorld) => Math.min(most, trials);
  for (let turn = TURN; worlds.some((world) => found[world.name]!.trials < end(world)); turn += TURN) {
    for (const world of worlds) {
      const rates = found[world.name]!;
      const until = Math.min(turn, end(world));
      while (rates.trials < until) await add(rates, world, size);
    }
    store(path, found, size);
  }
  return found;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const path = process.argv[3] ?? RESULT;
  const found = await stabilityWorldsBench({ path, most: Number(process.argv[2] ?? SEEDS) });
  for (const [name, { trials, held, kinds, variance, slopesLower, narrowed }] of Object.entries(found)) {
    console.log(
      `${name} (${trials}):`,
      JSON.stringify(kinds),
      'slope lower',
      slopesLower,
      'narrowed',
      narrowed,
    );
    for (const [key, [yes, all]] of Object.entries(held)) console.log(`  ${key}`.padEnd(44), yes / all);
    const [sum, , count] = variance;
    if (count > 0) console.log('  variance over theory', sum / count);
  }
}
