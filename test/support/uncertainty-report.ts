import { seededRandom, standardNormals } from '../../numerics/seeded-random.js';
import type { UncertaintyReport } from '../../uncertainty/uncertainty-report.js';

/** Scores of maps that were never there: one aggregation, one control of detail that goes with it, two settings. */
export function exampleUncertainty({
  images,
  idOf = (i) => `img_${i}`,
}: {
  readonly images: number;
  readonly idOf?: (i: number) => string;
}): UncertaintyReport {
  const noise = standardNormals(2 * images, seededRandom(3, 'scores'));
  const ids = Array.from({ length: images }, (_, i) => idOf(i));
  const column = (offset: number) =>
    Object.fromEntries(ids.map((id, i) => [id, 10 + noise[i]! + 0.5 * noise[offset * images + i]!]));
  const matrix = [
    [1, 0.4],
    [0.4, 1],
  ];
  const setting = (name: string) => ({ name, sigma: null, precision: null });
  return {
    schema: 'steadfid/uncertainty/1',
    version: '0.1.0',
    channels: 'mean',
    seed: 2020,
    runs: [
      {
        name: 'first',
        source: 'maps/',
        setting: setting('first'),
        diagnostics: {
          maps: images,
          negatives: 0,
          values: 64 * images,
          negativeShare: 0,
          lag1: 0.04,
          channelCorrelation: null,
          warnings: [{ code: 'NOISE_LIKE_MAPS', message: 'The maps are nearly white noise.' }],
        },
      },
    ],
    images: { source: 'samples/', n: images, joinedBy: 'file name', imagesAlone: [], mapsAlone: [] },
    columns: [
      {
        name: 'sum',
        kind: 'aggregation',
        formula: 'Σ u',
        aggregation: 'sum',
        run: 'first',
        family: null,
        values: column(0),
      },
      {
        name: 'png-bytes',
        kind: 'control',
        formula: 'bytes',
        aggregation: null,
        run: null,
        family: 'detail',
        values: column(1),
      },
    ],
    correlations: [{ score: 'sum', control: 'png-bytes', family: 'detail', value: 0.8 }],
    comparison: {
      settings: ['first', 'second'].map((name) => ({ ...setting(name), images, mean: 1 })),
      ids,
      matrices: {
        pearson: matrix,
        spearman: matrix,
        blurredPearson: matrix,
        blurredSpearman: matrix,
        ratio: matrix,
        scaleFreeError: matrix,
        ssim: matrix,
        topOverlap: matrix,
      },
      sums: matrix,
      laws: [],
      pairs: [],
    },
    reliability: [],
    warnings: [],
  };
}
