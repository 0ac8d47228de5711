import type { EmbeddedSet } from '../../encoders/embedded-set.js';
import { metricById } from '../../metrics/metric-catalog.js';
import type { Comparison } from '../../metrics/metric-definition.js';
import { plainAlgebra } from '../../numerics/algebra.js';
import type { Rows } from '../../numerics/rows.js';
import { armRole, filterArms, filterOf } from '../../sample-size-study/filter-arms.js';
import { parsedDesign } from '../../sample-size-study/parsed-design.js';
import { type ScoredArm, scoredArm } from '../../sample-size-study/scored-arm.js';
import type { StudyDesign } from '../../sample-size-study/study-design.js';
import type { StudyReport } from '../../sample-size-study/study-report.js';
import { studyReportOf } from '../../sample-size-study/study-report-of.js';
import { type StudyRequest, type StudyStore, studyRun } from '../../sample-size-study/study-run.js';
import { ImagePool, PooledScore } from '../../uncertainty/image-pool.js';
import { parsedKeepRule } from '../../uncertainty/keep-rule.js';
import { embeddedSet } from './planted-pool.js';
import { numberedIds, scoreOf } from './score-of.js';

/** A world to study a filter in: embeddings of both sides, and what the score and the detail of each generated image are. */
export interface FilterWorld {
  readonly reference: Rows;
  readonly generated: Rows;
  readonly score: ArrayLike<number>;
}

/** The design of a filter study as flags make it. */
export async function filterDesign(changes: Readonly<Record<string, unknown>> = {}): Promise<StudyDesign> {
  const arms = filterArms({
    source: 'generated/',
    scores: 'scores.csv',
    columns: ['sum'],
    rules: ['mean+1sd'],
    keep: 'low',
    detail: 'with',
  });
  const given = { reference: 'reference/', arms, metrics: ['fid'], sizes: [40, 80, 160, 320], repeats: 5 };
  return parsedDesign({ ...given, cheapRepeats: 6, ...changes }, 'design.json');
}

/** A store that forgets. */
const noStore: StudyStore = {
  rows: [],
  facts: [],
  keepRows: async () => {},
  appendRows: async () => {},
  appendFacts: async () => {},
};

/** A filter study in memory. Images are matched by their order. */
export function filterStudy(design: StudyDesign, world: FilterWorld): StudyRequest {
  const ids = numberedIds(world.generated.n);
  const pool = ImagePool.of({ source: 'generated/', ids });
  const sum = PooledScore.join(pool, scoreOf(Object.fromEntries(ids.map((id, i) => [id, world.score[i]!]))), {
    source: 'scores.csv',
  });
  const setOf = (source: string, rows: Rows): EmbeddedSet => ({ ...embeddedSet(source, rows), logits: rows });
  const sets: Comparison = {
    reference: setOf('reference/', world.reference),
    generated: setOf('generated/', world.generated),
  };
  const arms = new Map(
    design.arms.map((arm): [string, ScoredArm] => {
      const own = filterOf(arm, design.arms);
      const filter = own === null ? null : { score: sum, rule: parsedKeepRule(own.filter.rule, own.filter) };
      const detailOrder = async () => Uint32Array.from(ids.keys());
      const { seed } = design;
      return [
        arm.name,
        scoredArm({ role: armRole(arm), pool, filter, order: design.filterOrder!, seed, detailOrder }),
      ];
    }),
  );
  return {
    design,
    metrics: design.metrics.map(metricById),
    data: {
      referenceSize: world.reference.n,
      poolSize: ({ arm, name }) =>
        arm === null ? Math.floor(world.reference.n / 2) : arms.get(name)!.largest,
      sets: async ({ arm }) => (arm === null ? { ...sets, generated: sets.reference } : sets),
      scoredArm: ({ name }) => arms.get(name) ?? null,
    },
    store: noStore,
    algebra: plainAlgebra,
  };
}

/** The report of such a study. */
export async function filterStudyReport(design: StudyDesign, world: FilterWorld): Promise<StudyReport> {
  const request = filterStudy(design, world);
  return studyReportOf({ ...request, ...(await studyRun(request)) });
}
