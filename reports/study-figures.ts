import type { StudyReport } from '../sample-size-study/study-report.js';
import { curveFigure } from './figures/curve-figure.js';
import { drawingBoard } from './figures/drawing-board.js';
import type { StudyFigure } from './figures/study-figure.js';

/** All figures of a study, in the order of its page, each name used once. */
export async function studyFigures({ curves }: StudyReport): Promise<readonly StudyFigure[]> {
  const board = await drawingBoard();
  const plain = curves.filter(({ distortion, points }) => distortion === 'none' && points.length > 0);
  const metrics = [...new Set(plain.map(({ metric }) => metric))];
  const figures = metrics.flatMap((metric) => {
    const own = plain.filter((curve) => curve.metric === metric);
    return [curveFigure(own, board)];
  });
  return distinctNames(figures);
}

/** Names become files: letters, digits and hyphens alone, and no two the same. */
function distinctNames(figures: readonly StudyFigure[]): readonly StudyFigure[] {
  const used = new Set<string>();
  return figures.map((figure) => {
    const base = figure.name
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .slice(0, 80);
    let name = base;
    for (let i = 2; used.has(name); i++) name = `${base}-${i}`;
    used.add(name);
    return { ...figure, name };
  });
}
