import type { CompareReport } from '../../filtering/compare-report.js';
import { drawingBoard } from '../figures/drawing-board.js';
import { effectFigure } from '../figures/effect-figure.js';
import { fidelityFigure } from '../figures/fidelity-figure.js';
import type { Figure } from '../figures/figure.js';
import { distinctNames } from '../figures/figure-words.js';

/** A figure for each score and quality metric, and one of fidelity and diversity for each score; each name used once. */
export async function compareFigures({
  effects,
  metrics,
  warnings,
}: CompareReport): Promise<readonly Figure[]> {
  const board = await drawingBoard();
  const doubts = warnings.filter(({ code }) => code !== 'DEMO_ENCODER').map(({ message }) => message);
  const ofQuality = effects
    .filter(({ role }) => role === 'quality')
    .map((effect) =>
      effectFigure(
        effect,
        { metric: metrics.find(({ id }) => id === effect.metric)!, warnings: [...new Set(doubts)] },
        board,
      ),
    );
  const beside = effects.filter(({ role }) => role !== 'quality');
  const ofScores = [...new Set(beside.map(({ score }) => score))].map((score) =>
    fidelityFigure(
      beside.filter((effect) => effect.score === score),
      metrics,
      board,
    ),
  );
  return distinctNames([...ofQuality, ...ofScores]);
}
