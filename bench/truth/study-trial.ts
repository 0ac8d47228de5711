import { metricById } from '../../metrics/metric-catalog.js';
import { fastAlgebra } from '../../numerics/fast-algebra.js';
import { rowRange } from '../../numerics/rows.js';
import { seededRandom } from '../../numerics/seeded-random.js';
import { parsedDesign } from '../../sample-size-study/parsed-design.js';
import { studyReportOf } from '../../sample-size-study/study-report-of.js';
import { type StudyStore, studyRun } from '../../sample-size-study/study-run.js';
import type { StudyData } from '../../sample-size-study/study-tasks.js';
import { simulatedSet } from '../measuring/simulated-set.js';
import type { StudyTruthCase } from './study-truth-cases.js';

/** What one study said of one metric, beside what is true. */
export interface TrialOutcome {
  readonly metric: string;
  /** for each arm alike: whether its interval holds the limit */
  readonly held: readonly boolean[];
  /** pairs of arms alike that were ranked */
  readonly falselyRanked: number;
  /** pairs of an arm alike and the unlike one that were ranked, and of them those the wrong way round */
  readonly rightlyRanked: number;
  readonly reversed: number;
  /** of the first arm: the fitted and the analytic b of limit + b/n */
  readonly slope: number | null;
  readonly analyticSlope: number | null;
  /** of each crossing that the study reports between an arm alike and the unlike one: whether its interval holds the true n, and how many ends it has */
  readonly crossings: readonly { readonly isHeld: boolean; readonly ends: number }[];
  /** crossings of two arms alike whose interval excludes some n */
  readonly falseCrossings: number;
}

const endsOf = ({
  low,
  high,
}: {
  readonly low?: number | null | undefined;
  readonly high?: number | null | undefined;
}) => [low, high].filter((end) => end != null).length;

const ALIKE = ['one', 'two', 'three'];
const UNLIKE = 'unlike';

function memoryStore(): StudyStore {
  const nothing = async () => {};
  return { rows: [], facts: [], keepRows: nothing, appendRows: nothing, appendFacts: nothing };
}

/** A whole study, as `steadfid study` runs it, of three arms from one population and one from another. */
export async function studyTrial(
  { name, metrics: ids, reference, alike, unlike, truths, crossing }: StudyTruthCase,
  { seed, n }: { readonly seed: number; readonly n: number },
): Promise<readonly TrialOutcome[]> {
  const random = seededRandom(seed, name);
  const compared = reference.draw(n, random);
  const pools = new Map(
    [...ALIKE.map((arm) => [arm, alike] as const), [UNLIKE, unlike] as const].map(
      ([arm, data]) => [arm, data.draw(n, random)] as const,
    ),
  );
  const half = Math.floor(n / 2);
  const data: StudyData = {
    referenceSize: n,
    poolSize: ({ arm }) => (arm === null ? half : n),
    sets: async ({ arm }) =>
      arm === null
        ? {
            reference: simulatedSet('reference', rowRange(compared, half, n)),
            generated: simulatedSet('reference', rowRange(compared, 0, half)),
          }
        : {
            reference: simulatedSet('reference', compared),
            generated: simulatedSet(arm.name, pools.get(arm.name)!),
          },
  };
  const design = await parsedDesign(
    {
      reference: 'reference',
      arms: [...pools.keys()].map((arm) => ({ name: arm, source: arm })),
      metrics: ids,
      sizes: [n / 8, n / 4, n / 2, (3 * n) / 4, n],
      repeats: 10,
      cheapRepeats: 10,
      seed,
    },
    'truth',
  );
  const metrics = ids.map(metricById);
  const found = await studyRun({ design, metrics, data, store: memoryStore(), algebra: fastAlgebra });
  const { curves, rankings } = studyReportOf({ design, metrics, ...found });
  const limits = truths(compared);
  const trueCrossing = crossing(compared);
  return ids.map((metric) => {
    const own = curves.filter((curve) => curve.metric === metric && ALIKE.includes(curve.arm));
    const ranking = rankings.find((one) => one.metric === metric)!;
    const ranked = ranking.pairs.filter(({ isRanked }) => isRanked);
    const across = ranked.filter(({ second }) => second === UNLIKE);
    const isWorse = ranking.direction === 'lower-is-better' ? 1 : -1;
    return {
      metric,
      held: own.map(
        ({ limitInterval }) =>
          limitInterval !== null &&
          limitInterval.low <= limits[metric]! &&
          limits[metric]! <= limitInterval.high,
      ),
      falselyRanked: ranked.length - across.length,
      rightlyRanked: across.length,
      reversed: across.filter(({ difference }) => isWorse * difference > 0).length,
      slope: own[0]!.fit?.slope ?? null,
      analyticSlope: own[0]!.analyticSlope,
      crossings: ranking.crossings
        .filter(({ second }) => second === UNLIKE)
        .map(({ low, high }) => ({
          // without a true crossing the order at every n is that for n → ∞
          isHeld:
            trueCrossing === null
              ? high == null
              : (low == null || low <= trueCrossing) && (high == null || trueCrossing <= high),
          ends: endsOf({ low, high }),
        })),
      falseCrossings: ranking.crossings.filter((one) => one.second !== UNLIKE && endsOf(one) > 0).length,
    };
  });
}
