import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { VERSION } from '../encoders/encoder.js';
import type { Image } from '../encoders/images/image.js';
import { openImageSet } from '../encoders/images/open-image-set.js';
import { openEncoder } from '../encoders/open-encoder.js';
import { openAlgebra } from '../numerics/open-algebra.js';
import { decodableImages } from '../uncertainty/files/decodable-images.js';
import { plantedTrial, SCENARIOS } from './filtering/planted-trial.js';
import { spoiledPool } from './filtering/spoiled-pool.js';
import { helpsLess, type VerdictRates, verdictRates } from './filtering/verdict-rates.js';
import { thisMachine } from './measuring/this-machine.js';
import { trialJournal } from './measuring/trial-journal.js';

const RESULT = fileURLToPath(new URL('../../bench/results/filtering.json', import.meta.url));

/** Where real images and a network that sees them are, and how much to do. */
export interface FilteringOptions {
  readonly reference: string;
  readonly generated: string;
  readonly encoder: string;
  readonly seeds: number;
  /** images in each trial */
  readonly n: number;
  readonly draws: number;
  /** file that keeps the trials of a run that is stopped */
  readonly journal?: string | undefined;
}

export interface FilteringResult {
  readonly encoder: string;
  readonly images: { readonly reference: number; readonly pool: number };
  readonly rates: readonly VerdictRates[];
  readonly helpsLess: Readonly<Record<string, number>>;
}

async function decoded(path: string): Promise<Image[]> {
  const set = await openImageSet(path);
  const images: Image[] = [];
  for (const { decode } of decodableImages(set)) images.push(await decode());
  await set.close();
  return images;
}

/**
 * What `compare` says of scores whose worth is planted, over many seeds. A third of n
 * real images is spoiled by noise, blur or swapped patches; scores know it, half know it, do not, or are PNG bytes.
 */
export async function filteringBench(options: FilteringOptions): Promise<FilteringResult> {
  const journaled = trialJournal(options.journal);
  const { n, draws } = options;
  const algebra = await openAlgebra();
  const encoder = await openEncoder(options.encoder);
  const images = { reference: await decoded(options.reference), generated: await decoded(options.generated) };
  const pool = await spoiledPool(images, encoder);
  await encoder.close();
  const rates: VerdictRates[] = [];
  const less: Record<string, number> = {};
  for (const scenario of SCENARIOS) {
    const trials = [];
    for (let seed = 1; seed <= options.seeds; seed++) {
      trials.push(
        await journaled(`${scenario.name} ${seed}`, () =>
          plantedTrial(pool, { scenario, n, seed, draws, algebra }),
        ),
      );
      if (seed % 10 === 0) console.log(`${scenario.name}: ${seed} of ${options.seeds} seeds`);
    }
    rates.push(...verdictRates(scenario, trials));
    if (!scenario.scores.includes('half knows')) continue;
    for (const metric of ['fid', 'cmmd']) less[metric] = helpsLess(trials, metric);
  }
  return {
    encoder: encoder.identity.id,
    images: { reference: images.reference.length, pool: images.generated.length },
    rates,
    helpsLess: less,
  };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { values } = parseArgs({
    options: {
      reference: { type: 'string', default: 'examples/emoji/noto.zip' },
      generated: { type: 'string', default: 'examples/emoji/twemoji.zip' },
      encoder: { type: 'string', default: 'encoders/demo/demo-inception.onnx' },
      seeds: { type: 'string', default: '200' },
      n: { type: 'string', default: '1200' },
      draws: { type: 'string', default: '319' },
      journal: { type: 'string' },
    },
  });
  const { reference, generated, encoder } = values;
  const found = await filteringBench({
    reference,
    generated,
    encoder,
    seeds: Number(values.seeds),
    n: Number(values.n),
    draws: Number(values.draws),
    journal: values.journal,
  });
  for (const { score, metric, verdicts, meanChange, rejected } of found.rates) {
    console.log(
      score.padEnd(11),
      metric.padEnd(5),
      `${(100 * meanChange).toFixed(1)} %`.padStart(8),
      rejected,
      verdicts,
    );
  }
  const result = {
    command: 'node dist/bench/filtering.bench.js --reference … --generated … --encoder …',
    options: { seeds: values.seeds, n: values.n, draws: values.draws },
    machine: thisMachine(),
    versions: { steadfid: VERSION, node: process.versions.node },
    ...found,
  };
  mkdirSync(fileURLToPath(new URL('../../bench/results/', import.meta.url)), { recursive: true });
  writeFileSync(RESULT, `${JSON.stringify(result, null, 2)}\n`);
  process.exit(0);
}
