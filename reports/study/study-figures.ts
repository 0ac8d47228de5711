import { hasFilters } from '../../sample-size-study/filter-arms.js';
import type { StudyCurve, StudyReport } from '../../sample-size-study/study-report.js';
import { biasFigure } from '../figures/bias-figure.js';
import { curveFigure, joinedCurves } from '../figures/curve-figure.js';
import { drawingBoard } from '../figures/drawing-board.js';
import type { Figure } from '../figures/figure.js';
import { distinctNames } from '../figures/figure-words.js';
import { rankFigure } from '../figures/rank-figure.js';
import { responseFigure } from '../figures/response-figure.js';
import { filterFigures } from './filter-figures.js';

/** Sets whose response is drawn, a figure each; the others' values are in study.json and summary.csv. */
export const MOST_RESPONSES = 6;

/** Sets whose order is drawn; of fewer the page says it in a line. */
const LEAST_RANKED = 3;

/** All figures of a study, in the order of its page, each name used once. */
export async function studyFigures(report: StudyReport): Promise<readonly Figure[]> {
  const { curves, responses, rankings, design } = report;
  const board = await drawingBoard();
  const plain = curves.filter(({ distortion, points }) => distortion === 'none' && points.length > 0);
  const metrics = [...new Set(plain.map(({ metric }) => metric))];
  const ofFilters = hasFilters(design) ? filterFigures(report, board) : [];
  const ofMetrics = metrics.flatMap((metric) => {
    const own = plain.filter((curve) => curve.metric === metric);
    const ranking = rankings.find((one) => one.metric === metric);
    return [
      curveFigure(own, board),
      biasFigure(own, board),
      ranking === undefined ||
      ranking.arms.length < LEAST_RANKED ||
      !ranking.pairs.some(({ isRanked }) => isRanked)
        ? null
        : rankFigure(ranking, plain, board),
    ].filter((figure) => figure !== null);
  });
  const arms = respondingSets(responses).slice(0, MOST_RESPONSES);
  const distorted = arms.map((arm) =>
    responseFigure(
      responses.filter((response) => response.arm === arm),
      curves,
      board,
    ),
  );
  const joined =
    hasFilters(design) || metrics.length < 2
      ? []
      : [
          joinedCurves(
            metrics.map((metric) => plain.filter((curve) => curve.metric === metric)),
            board,
          ),
        ];
  return distinctNames([...ofFilters, ...joined, ...ofMetrics, ...distorted]);
}

/** Sets that have a response, in the order of the design. */
export function respondingSets(responses: readonly { readonly arm: StudyCurve['arm'] }[]): readonly string[] {
  return [...new Set(responses.map(({ arm }) => arm))];
}
