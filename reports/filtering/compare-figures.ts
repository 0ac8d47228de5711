import type { CompareReport } from '../../filtering/compare-report.js';
import { drawingBoard } from '../figures/drawing-board.js';
import { effectFigure } from '../figures/effect-figure.js';
import type { Figure } from '../figures/figure.js';
import { distinctNames } from '../figures/figure-words.js';

/** A figure for each score and metric, in the order of the report, each name used once. */
export async function compareFigures({
  effects,
  metrics,
  warnings,
}: CompareReport): Promise<readonly Figure[]> {
  const board = await drawingBoard();
  const doubts = warnings.filter(({ code }) => code !== 'DEMO_ENCODER').map(({ message }) => message);
  return distinctNames(
    effects.map((effect) =>
      effectFigure(
        effect,
        { metric: metrics.find(({ id }) => id === effect.metric)!, warnings: [...new Set(doubts)] },
        board,
      ),
    ),
  );
}
