import { drawingBoard } from '../../reports/figures/drawing-board.js';
import type { Figure } from '../../reports/figures/figure.js';
import { modelsFigure } from '../../reports/score/models-figure.js';
import { scoreModels } from '../../reports/score/score-models.js';
import { trackOf } from '../../reports/score/track.js';
import { trackFigure } from '../../reports/score/track-figure.js';
import { studyFigures } from '../../reports/study/study-figures.js';
import type { ScoreReport } from '../../scoring/score-report.js';
import { exampleReport } from './score-report.js';
import { exampleStudy } from './study-report.js';

/** A score whose values lie a little above those of the example, the more the larger `i`. */
function scoreOf(i: number): ScoreReport {
  return {
    ...exampleReport,
    results: exampleReport.results.map((result) =>
      result.value === null
        ? result
        : { ...result, value: result.value * (1 + 0.13 * i), standardError: 0.01 * result.value },
    ),
  };
}

/** Every figure whose marks or names grow with the number of models, of so many. */
export async function figuresOfModels(
  count: number,
  length: 'short' | 'long' = 'long',
): Promise<readonly Figure[]> {
  await drawingBoard();
  const names = Array.from({ length: count }, (_, i) =>
    length === 'short' ? `set ${i + 1}` : `model ${i + 1} of a rather long name, guidance ${i % 9}.5`,
  );
  const scores = names.map((source, i) => ({ source, report: scoreOf(i) }));
  const checkpoints = names.map((_, i) => ({ step: 12_500 * (i + 1), stamp: String(i), report: scoreOf(i) }));
  const study = await exampleStudy({
    arms: names,
    sizes: [100, 200, 400, 800, 1600, 3200],
    metrics: ['fid', 'cmmd'],
    origin: 'demo',
  });
  const drawn = [
    await modelsFigure(scoreModels(scores, { seed: 1 })),
    await trackFigure(trackOf(checkpoints, { seed: 1, settings: {} })),
    ...(await studyFigures(study)),
  ];
  return drawn.filter((figure) => figure !== null);
}
