import { jackknifeProcedure } from '../../metrics/interval-procedure.js';
import { metricById } from '../../metrics/metric-catalog.js';
import { seededRandom, standardNormals } from '../../numerics/seeded-random.js';
import type { ConditionMetadata } from '../../sample-size-study/condition-metadata.js';
import { parsedDesign } from '../../sample-size-study/parsed-design.js';
import type { StudyReport } from '../../sample-size-study/study-report.js';
import { studyReportOf } from '../../sample-size-study/study-report-of.js';
import { TEST_ENCODER } from './embedded-set.js';

/** A study of Fréchet distances that follow 10 + 3i + 400/n with a spread of 8/√n, and of as many values of any other metric. */
export async function exampleStudy({
  arms,
  sizes = [50, 100, 200, 400, 800],
  repeats = 24,
  origin = 'custom',
  metrics = ['fid'],
}: {
  readonly arms: readonly string[];
  readonly sizes?: readonly number[];
  readonly repeats?: number;
  readonly origin?: 'custom' | 'demo';
  readonly metrics?: readonly string[];
}): Promise<StudyReport> {
  const design = await parsedDesign(
    {
      reference: 'photos/',
      arms: arms.map((name) => ({ name, source: 'samples/' })),
      metrics,
      sizes,
    },
    'design.json',
  );
  const noise = standardNormals(
    metrics.length * arms.length * sizes.length * repeats,
    seededRandom(7, 'draws'),
  );
  let index = 0;
  const rows = metrics.flatMap((metric) =>
    arms.flatMap((arm, i) =>
      sizes.flatMap((sampleSize) =>
        Array.from({ length: repeats }, (_, repeat) => ({
          metric,
          arm,
          distortion: 'none',
          level: 0,
          sampleSize,
          repeat,
          value: 10 + 3 * i + 400 / sampleSize + (noise[index++]! * 8) / Math.sqrt(sampleSize),
          reason: '',
        })),
      ),
    ),
  );
  const factsOf =
    (protocol: string) =>
    (arm: string, i: number): ConditionMetadata => ({
      protocol,
      arm,
      distortion: 'none',
      level: 0,
      encoder: { ...TEST_ENCODER, origin },
      dimension: 64,
      poolSize: 2000,
      referenceSize: 5000,
      referenceContent: { of: 'images', digest: '5e1f'.repeat(16), decoding: 'orientation ignored' },
      estimator: '',
      limits:
        i % 2 === 0
          ? {
              [protocol]: {
                estimate: 10 + 3 * i,
                standardError: 0.3,
                low: 9.4 + 3 * i,
                high: 10.6 + 3 * i,
                level: 0.95,
                method: 'jackknife-20',
                procedure: jackknifeProcedure(20),
              },
            }
          : {},
      analyticSlope: 390,
      warnings: [],
    });
  return studyReportOf({
    design,
    metrics: metrics.map(metricById),
    rows,
    facts: metrics.flatMap((metric) => arms.map(factsOf(metric))),
  });
}
