import { describe, expect, test } from 'vitest';
import { curveFigure } from '../../reports/figures/curve-figure.js';
import { drawingBoard } from '../../reports/figures/drawing-board.js';
import type { Figure } from '../../reports/figures/figure.js';
import { figureSheet } from '../../reports/figures/figure-sheet.js';
import { fittedText, shortName, textWidth } from '../../reports/figures/figure-size.js';
import { seriesLook } from '../../reports/figures/series-look.js';
import { keyMark } from '../../reports/figures/series-marks.js';
import { compareFigures } from '../../reports/filtering/compare-figures.js';
import { uncertaintyFigures } from '../../reports/uncertainty/uncertainty-figures.js';
import { exampleComparison } from '../support/compare-report.js';
import { exampleStudy } from '../support/study-report.js';
import { exampleUncertainty } from '../support/uncertainty-report.js';

const LONG = 'a model with a very long name that goes on and on, guidance 7.5, 50 steps, checkpoint 420000';

/** Texts of a sheet itself with what they need and what they have: those of panels end with their panel. */
function overfull(figure: Figure): readonly string[] {
  const sheet = figureSheet(figure);
  const width = Number(/viewBox="0 0 (\d+)/.exec(sheet)![1]);
  const titles = [
    ...sheet.matchAll(
      /<g transform="translate\(([\d.]+),[\d.]+\)"><text x="([\d.]+)" y="10" font-weight="bold">([^<]*)/g,
    ),
  ].map(([, left, x, text], i) => ({
    text: text!,
    start: Number(x),
    end: figure.panels[i]!.width + Math.min(4, Number(left)),
  }));
  const lines = [...sheet.matchAll(/^<text x="8" y="\d+" font-size="14" font-weight="bold">([^<]*)/gm)].map(
    ([, text]) => ({ text: text!, start: 8, end: width, size: 14 }),
  );
  expect(titles).toHaveLength(figure.panels.length);
  expect(lines.length).toBeGreaterThan(0);
  return [...lines, ...titles.map((title) => ({ ...title, size: 11 }))]
    .filter(({ text, start, end, size }) => start + textWidth(text, size) > end)
    .map(({ text }) => text);
}

describe('figureSheet', () => {
  test('figureSheet lets no title run over its figure or the panel beside it, however long names are', async () => {
    const [effect] = await compareFigures(exampleComparison({ scores: [LONG], control: LONG }));
    const maps = exampleUncertainty({ images: 30 });
    const columns = maps.columns.map((column) =>
      column.kind === 'aggregation' ? { ...column, name: LONG } : column,
    );
    const correlations = maps.correlations.map((one) => ({ ...one, score: LONG }));
    const [ranked, detail] = await uncertaintyFigures({
      ...maps,
      columns: [...columns, ...columns],
      correlations,
    });
    for (const figure of [effect!, ranked!, detail!]) expect(overfull(figure), figure.name).toEqual([]);
  });

  test('figureSheet draws a panel that stands alone in one column', async () => {
    const board = await drawingBoard();
    const [curve] = (await exampleStudy({ arms: ['one'] })).curves;
    const alone = {
      ...curve!,
      points: curve!.points.map((point) => ({ ...point, relativeToLargest: null })),
    };
    const widthOf = (figure: Figure) => /^<svg [^>]*width="(\d+)"/.exec(figureSheet(figure))?.[1];
    expect(widthOf(curveFigure([curve!], board))).toBe('720');
    expect(widthOf(curveFigure([alone], board))).toBe('352');
  });
});

describe('shortName', () => {
  test('shortName keeps start and end, in which names differ', () => {
    expect([`${LONG} a`, `${LONG} b`].map((name) => shortName(name, 20))).toEqual([
      'a model wi… 420000 a',
      'a model wi… 420000 b',
    ]);
    expect(shortName('short', 20)).toBe('short');
  });

  test('fittedText is no wider than the room, and whole where there is room', () => {
    expect(textWidth(fittedText(LONG, { width: 120 }))).toBeLessThanOrEqual(120);
    expect(fittedText(LONG, { width: 2000 })).toBe(LONG);
  });
});

describe('keyMark', () => {
  test('keyMark shows the dashes of 42 series, no two alike and none hidden behind a dot', () => {
    const marks = Array.from({ length: 42 }, (_, i) => keyMark({ mark: 'line', look: seriesLook(i) }).markup);
    expect(new Set(marks).size).toBe(42);
    expect(marks.filter((mark) => mark.includes('translate(11,0)'))).toHaveLength(6);
  });
});
