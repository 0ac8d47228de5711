import type { UncertaintyReport } from '../../uncertainty/uncertainty-report.js';
import { drawingBoard } from '../figures/drawing-board.js';
import type { Figure } from '../figures/figure.js';
import { correlationFigure, settingsFigure } from '../figures/matrix-figures.js';
import { detailFigure, rankedFigure } from '../figures/score-figures.js';

/** All figures of scored maps, in the order of the page. */
export async function uncertaintyFigures(report: UncertaintyReport): Promise<readonly Figure[]> {
  const board = await drawingBoard();
  return [
    rankedFigure(report, board),
    detailFigure(report, board),
    correlationFigure(report, board),
    settingsFigure(report, board),
  ].filter((figure) => figure !== null);
}
