import { metricById } from '../../metrics/metric-catalog.js';
import { seededRandom, standardNormals } from '../../metrics/numerics/seeded-random.js';
import type { CellFacts } from '../../sample-size-study/cell-facts.js';
import { parsedDesign } from '../../sample-size-study/parsed-design.js';
import type { StudyReport } from '../../sample-size-study/study-report.js';
import { studyReportOf } from '../../sample-size-study/study-report-of.js';
import { TEST_ENCODER } from './embedded-set.js';

/** A study of Fréchet distances that follow 10 + i + 400/n, with a spread of 3/√n. */
export async function exampleStudy({
  arms,
  sizes = [50, 100, 200, 400, 800],
  repeats = 24,
  standing = 'custom',
}: {
  readonly arms: readonly string[];
  readonly sizes?: readonly number[];
  readonly repeats?: number;
  readonly standing?: 'custom' | 'demo';
}): Promise<StudyReport> {
  const design = await parsedDesign(
    {
      reference: 'photos/',
      arms: arms.map((name) => ({ name, source: 'samples/' })),
      metrics: ['fid'],
      sizes,
    },
    'design.json',
  );
  const noise = standardNormals(arms.length * sizes.length * repeats, seededRandom(7, 'draws'));
  let place = 0;
  const rows = arms.flatMap((arm, i) =>
    sizes.flatMap((sampleSize) =>
      Array.from({ length: repeats }, (_, repeat) => ({
        metric: 'fid',
        arm,
        distortion: 'none',
        level: 0,
        sampleSize,
        repeat,
        value: 10 + 3 * i + 400 / sampleSize + (noise[place++]! * 8) / Math.sqrt(sampleSize),
        reason: '',
      })),
    ),
  );
  const facts = arms.map(
    (arm, i): CellFacts => ({
      protocol: 'fid',
      arm,
      distortion: 'none',
      level: 0,
      encoder: { ...TEST_ENCODER, standing },
      dimension: 64,
      poolSize: 2000,
      referenceSize: 5000,
      estimator: '',
      limits:
        i % 2 === 0
          ? {
              fid: {
                estimate: 10 + 3 * i,
                standardError: 0.3,
                low: 9.4 + 3 * i,
                high: 10.6 + 3 * i,
                level: 0.95,
                method: 'jackknife',
              },
            }
          : {},
      analyticSlope: 390,
      warnings: [],
    }),
  );
  return studyReportOf({ design, metrics: [metricById('fid')], rows, facts });
}
