import { armRole, filterOf } from '../../sample-size-study/filter-arms.js';
import { leadingComparison } from '../../sample-size-study/stability-headline.js';
import type { StudyCurve, StudyReport } from '../../sample-size-study/study-report.js';
import { type Dose, doseFigure } from '../figures/dose-figure.js';
import type { DrawingBoard } from '../figures/drawing-board.js';
import type { Figure } from '../figures/figure.js';
import { filterCurveFigure } from '../figures/filter-curve-figure.js';
import { filterResponseFigure } from '../figures/filter-response-figure.js';

/** Doses from which on they are a curve. */
const FEWEST_DOSES = 3;
/** What of a filter leads: what it keeps, and what that is compared with. */
const LEADING = new Set(['filtered', 'random', 'matched']);

/**
 * What the page of a filter study begins with: by removed share, where one score filters in several doses; then every metric against n, and
 * against the level of each distortion, for the sets of one filter, of several that with the largest change.
 */
export function filterFigures(report: StudyReport, board: DrawingBoard): readonly Figure[] {
  const { design, curves, responses, stability = [] } = report;
  const filters = design.arms.filter((arm) => armRole(arm) === 'filtered');
  const leading = leadingFilter(report);
  const sets = new Set(
    design.arms
      .filter((arm) => {
        if (armRole(arm) === 'all')
          return arm.source === filters.find(({ name }) => name === leading)?.source;
        return filterOf(arm, design.arms)?.name === leading && LEADING.has(armRole(arm));
      })
      .map(({ name }) => name),
  );
  const plain = curves.filter(
    ({ distortion, arm, points }) => distortion === 'none' && sets.has(arm) && points.length > 0,
  );
  const distorted = responses.filter(({ arm }) => sets.has(arm));
  const doses = dosesOf({ stability, curves, design });
  return [
    ...(doses.length === 0 ? [] : [doseFigure(doses, curves, board)]),
    ...(plain.length === 0 ? [] : [filterCurveFigure(plain, board)]),
    ...(distorted.length === 0
      ? []
      : [{ ...filterResponseFigure(distorted, curves, board), name: 'filter-distortions' }]),
  ];
}

/** The filtered set that leads: of several that with the largest change; null for none. */
export function leadingFilter({
  design,
  stability = [],
  stabilityVerdicts = [],
}: Pick<StudyReport, 'design' | 'stability' | 'stabilityVerdicts'>): string | null {
  const first = design.arms.find((arm) => armRole(arm) === 'filtered')?.name ?? null;
  return leadingComparison(stabilityVerdicts, stability)?.verdict.filter ?? first;
}

/** Filters by one column of one set that differ in how much they remove. */
function dosesOf({
  stability,
  curves,
  design,
}: Pick<StudyReport, 'curves' | 'design'> & {
  readonly stability: NonNullable<StudyReport['stability']>;
}): readonly Dose[] {
  const filters = design.arms.filter((arm) => armRole(arm) === 'filtered');
  const kinds = new Set(
    filters.map(({ source, filter }) => JSON.stringify([source, filter!.scores, filter!.column])),
  );
  if (kinds.size !== 1 || filters.length < FEWEST_DOSES) return [];
  const doses = stability
    .filter(({ role }) => role === 'random')
    .flatMap((one) => {
      const share = shareOf(one.filter, curves);
      return share === null ? [] : [{ stability: one, removed: 1 - share }];
    });
  return doses.sort((a, b) => a.removed - b.removed);
}

/** Share of the images drawn that a filter keeps. */
function shareOf(filter: string, curves: readonly StudyCurve[]): number | null {
  return curves.find(({ arm, part }) => arm === filter && part !== undefined)?.part?.share ?? null;
}
