import { defined } from '../../defined.js';
import type { EmbeddedSet } from '../../encoders/embedded-set.js';
import { metricById } from '../../metrics/metric-catalog.js';
import { openAlgebra } from '../../numerics/open-algebra.js';
import { unmeasuredMetrics } from '../../scoring/refused-metrics.js';
import type { ScoreRequest } from '../../scoring/score-request.js';
import { parsedDesign } from '../parsed-design.js';
import type { StudyDesign } from '../study-design.js';
import type { StudyReport } from '../study-report.js';
import { studyReportOf } from '../study-report-of.js';
import { type StudyProgress, type StudyRequest, studyRun } from '../study-run.js';
import { openStudyData } from './open-study-data.js';

/** A design of which only `reference` and `arms` must be given, and of an arm only `name` and `source`. */
export type GivenDesign = Partial<Omit<StudyDesign, 'reference' | 'arms'>> & {
  /** a path, or a name in `sets` */
  readonly reference: string;
  readonly arms: readonly (Partial<StudyDesign['arms'][number]> & {
    readonly name: string;
    readonly source: string;
  })[];
};

/** How a study runs. */
export interface StudyOptions
  extends Pick<
    ScoreRequest,
    | 'incomplete'
    | 'sources'
    | 'orientation'
    | 'maxPixels'
    | 'batchSize'
    | 'threads'
    | 'device'
    | 'onDevice'
    | 'models'
    | 'cache'
    | 'signal'
  > {
  /** sets in memory, by the name that the design gives in place of a path */
  readonly sets?: Readonly<Record<string, EmbeddedSet>>;
  readonly onProgress?: (progress: StudyProgress) => void;
}

/** Nothing is kept from run to run. */
const IN_MEMORY: StudyRequest['store'] = {
  rows: [],
  facts: [],
  keepRows: async () => {},
  appendRows: async () => {},
  appendFacts: async () => {},
};

/**
 * How many images a metric needs: each metric of each set at many sample sizes, with curves, asymptotic values and required sizes. The command
 * `steadfid study` gives the same report, and goes on where it was stopped.
 *
 * @throws InputError UNREADABLE_FILE, MISSING_MODEL; OptionError, SampleSizeError TOO_FEW_SAMPLES before anything is encoded
 * @throws InterruptedError INTERRUPTED once `signal` is aborted
 */
export async function study(
  given: GivenDesign,
  { sets, onProgress, ...options }: StudyOptions = {},
): Promise<StudyReport> {
  const design = await parsedDesign(given, 'study');
  const metrics = design.metrics.map(metricById);
  const data = await openStudyData(design, metrics, { ...options, ...defined({ sets }) });
  try {
    const { signal } = options;
    const request = {
      design,
      metrics: metrics.filter((metric) => !data.refused.has(metric)),
      data,
      store: IN_MEMORY,
      algebra: await openAlgebra(),
      ...defined({ onProgress, signal }),
    };
    const unmeasured = unmeasuredMetrics(data.refused);
    return studyReportOf({ ...request, ...(await studyRun(request)), unmeasured });
  } finally {
    await data.close();
  }
}
