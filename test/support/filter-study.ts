import type { EmbeddedSet } from '../../encoders/embedded-set.js';
import { detailCoordinates } from '../../filtering/beyond-detail.js';
import { keepDecision, keepProbabilities } from '../../filtering/keep-decision.js';
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
  /** measures of detail (n) each; without them images are matched by their order */
  readonly details?: readonly ArrayLike<number>[];
}

/** The design of a filter study as flags make it. */
export async function filterDesign({
  rule = 'mean+1sd',
  ...changes
}: Readonly<Record<string, unknown>> & { readonly rule?: string } = {}): Promise<StudyDesign> {
  const arms = filterArms({
    source: 'generated/',
    scores: 'scores.csv',
    columns: ['sum'],
    rules: [rule],
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

/** A filter study in memory. */
export function filterStudy(design: StudyDesign, world: FilterWorld): StudyRequest {
  const ids = numberedIds(world.generated.n);
  const pool = ImagePool.of({ source: 'generated/', ids });
  const sum = pooledWith(pool, world.score, 'sum');
  const details = (world.details ?? []).map((own, i) => pooledWith(pool, own, `detail-${i}`));
  const setOf = (source: string, rows: Rows): EmbeddedSet => ({ ...embeddedSet(source, rows), logits: rows });
  const sets: Comparison = {
    reference: setOf('reference/', world.reference),
    generated: setOf('generated/', world.generated),
  };
  const arms = new Map(
    design.arms.map((arm): [string, ScoredArm] => {
      const own = filterOf(arm, design.arms);
      const filter = own === null ? null : { score: sum, rule: parsedKeepRule(own.filter.rule, own.filter) };
      const { seed } = design;
      const detail = async (influence: Float64Array | null) => {
        if (details.length === 0) return [Float64Array.from(ids.keys())];
        const kept = keepProbabilities(sum.values, keepDecision(sum, filter!.rule, { seed }));
        return detailCoordinates({ kept, influence }, details, seed);
      };
      return [
        arm.name,
        scoredArm({ role: armRole(arm), pool, filter, order: design.filterOrder!, seed, detail }),
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

function pooledWith(pool: ImagePool, values: ArrayLike<number>, name: string): PooledScore {
  const entries = Object.fromEntries(pool.ids.map((id, i) => [id, values[i]!]));
  return PooledScore.join(pool, scoreOf(entries, name), { source: 'scores.csv' });
}

/** The report of such a study. */
export async function filterStudyReport(design: StudyDesign, world: FilterWorld): Promise<StudyReport> {
  const request = filterStudy(design, world);
  return studyReportOf({ ...request, ...(await studyRun(request)) });
}
