import { describe, expect, test } from 'vitest';
import { biasFigure } from '../../reports/figures/bias-figure.js';
import { curveFigure } from '../../reports/figures/curve-figure.js';
import { drawingBoard } from '../../reports/figures/drawing-board.js';
import type { Figure } from '../../reports/figures/figure.js';
import { figureCsv } from '../../reports/figures/figure.js';
import { figureSheet } from '../../reports/figures/figure-sheet.js';
import { responseFigure } from '../../reports/figures/response-figure.js';
import { studyFigures } from '../../reports/study/study-figures.js';
import type { StudyCurve, StudyReport } from '../../sample-size-study/study-report.js';
import { exampleStudy } from '../support/study-report.js';

const board = await drawingBoard();

function valuePanel(curve: StudyCurve): string {
  return curveFigure([curve], board).panels[0]!.views[0]!.drawing.markup;
}

async function exampleCurve(): Promise<StudyCurve> {
  return (await exampleStudy({ arms: ['one'] })).curves[0]!;
}

/** Rings are the only circles of that radius. */
function rings(curve: StudyCurve): number {
  return valuePanel(curve).split('r="6"').length - 1;
}

describe('curveFigure', () => {
  test('curveFigure rings the size from which a curve is settled, and never the largest, where every curve is', async () => {
    const curve = await exampleCurve();
    const sizes = curve.points.map(({ sampleSize }) => sampleSize);
    const settled = (settledAt: number): StudyCurve => ({
      ...curve,
      required: curve.required.map((one) => (one.share === 0.05 ? { ...one, settledAt } : one)),
    });
    expect([rings(settled(sizes.at(-2)!)), rings(settled(sizes.at(-1)!))]).toEqual([1, 0]);
  });

  test('curveFigure draws a limit hollow where the means are not linear in 1/n', async () => {
    const curve = await exampleCurve();
    const solid = { ...curve, fit: { ...curve.fit!, holds: true } };
    const hollow = { ...curve, fit: { ...curve.fit!, holds: false } };
    const doubt = 'doubtful: means are not linear in 1/n';
    expect(valuePanel(solid)).not.toContain(doubt);
    expect(valuePanel(hollow)).toContain(doubt);
    expect(valuePanel(hollow)).toMatch(/<path [^>]*stroke-dasharray="2 2"[^>]*fill="none"[^>]*><title>/);
    const keys = (one: StudyCurve) => curveFigure([one], board).keys.map(({ text }) => text);
    expect([keys(solid), keys(hollow)].map((texts) => texts.includes('doubtful asymptotic value'))).toEqual([
      false,
      true,
    ]);
  });

  test('the key of curveFigure has no sign that the figure does not bear', async () => {
    const once = await exampleStudy({ arms: ['one'], sizes: [500], repeats: 1 });
    const keys = (curves: readonly StudyCurve[]) => curveFigure(curves, board).keys.map(({ text }) => text);
    expect(keys(once.curves)).toEqual(['one', 'asymptotic value, interval']);
    expect(keys([await exampleCurve()])).toEqual(expect.arrayContaining(['draws', '95 % of draws']));
  });

  test('the caption of curveFigure describes what is drawn, no more and no less', async () => {
    const once = await exampleStudy({ arms: ['one'], sizes: [500], repeats: 1 });
    const curve = await exampleCurve();
    const line = {
      ...curve,
      fit: { ...curve.fit!, holds: true },
      required: curve.required.map((one) => (one.share === 0.05 ? { ...one, forBias: 300 } : one)),
    };
    const [bare, full] = [curveFigure(once.curves, board), curveFigure([line], board)];
    for (const { caption } of [bare, full]) expect(caption).not.toMatch(/\b(left|right):/i);
    expect(bare.caption).not.toMatch(/band: the|triangle|ring|draws/);
    expect(full.caption).toMatch(
      /Each small dot is one draw.*colored band: the central 95 %.*triangle on the axis/,
    );
    for (const { title } of full.panels) expect(full.caption).toContain(`“${title}”: `);
  });

  test('curveFigure draws no relative values of a mean that does not differ significantly from 0', async () => {
    const curve = await exampleCurve();
    const { mean } = curve.points.at(-1)!;
    const titles = (standardError: number) => {
      const near = { ...curve, limitInterval: { ...curve.limitInterval!, standardError } };
      return curveFigure([near], board).panels.map(({ title }) => title);
    };
    expect(titles(0.4 * mean)).toContain('relative to the value at the largest n');
    expect(titles(0.6 * mean)).toEqual(['value']);
  });

  test('curveFigure puts triangles of curves whose bias is small beyond the axis over one another', async () => {
    const { curves } = await exampleStudy({ arms: ['one', 'two'] });
    const beyond = curves.map((curve) => ({
      ...curve,
      fit: { ...curve.fit!, holds: true },
      required: curve.required.map((one) => (one.share === 0.05 ? { ...one, forBias: 100_000 } : one)),
    }));
    const markup = curveFigure(beyond, board).panels[0]!.views[0]!.drawing.markup;
    const positions = [...markup.matchAll(/d="M([\d.]+),([\d.]+)m-4,-5l9,5l-9,5z"/g)];
    expect(positions.map(([, x]) => x)).toEqual([positions[0]![1], positions[0]![1]]);
    expect(Number(positions[0]![2]) - Number(positions[1]![2])).toBeCloseTo(11, 6);
  });

  test('curveFigure writes very small and very large values without their power of ten', async () => {
    const curve = await exampleCurve();
    const scaled = (factor: number): StudyCurve => ({
      ...curve,
      limitInterval: null,
      fit: null,
      points: curve.points.map((point) => ({
        ...point,
        mean: factor * point.mean,
        values: point.values.map((value) => factor * value),
        band: null,
      })),
    });
    expect(valuePanel(scaled(1e-6))).toContain('FID (↓ lower is better), in 10⁻⁵');
    expect(valuePanel(scaled(1e5))).toContain('FID (↓ lower is better), in 10⁶');
  });

  test('curveFigure of more than ten arms draws the best six in full, and of the others the means', async () => {
    const keysOf = async (count: number, reversed: boolean) => {
      const { curves } = await exampleStudy({ arms: Array.from({ length: count }, (_, i) => `arm ${i}`) });
      const upward = curves.map((curve) => ({ ...curve, direction: 'higher-is-better' as const }));
      const { keys, panels, caption } = curveFigure(reversed ? upward : curves, board);
      const bands = panels[0]!.views[0]!.drawing.markup.split('fill-opacity="0.16"').length - 1;
      return { names: keys.filter(({ series }) => series !== null).map(({ text }) => text), bands, caption };
    };
    const six = (from: number) => Array.from({ length: 6 }, (_, i) => `arm ${from + i}`);
    expect(await keysOf(10, false)).toMatchObject({ names: [...six(0), ...six(6).slice(0, 4)], bands: 10 });
    const forty = await keysOf(40, false);
    expect(forty).toMatchObject({ names: [...six(0), '34 more sets: means'], bands: 6 });
    expect(forty.caption).toContain('the 6 sets that are best at the largest n');
    expect((await keysOf(40, true)).names).toEqual([...six(34), '34 more sets: means']);
  });

  test('curveFigure writes hidden characters of a name as their numbers, in the titles of marks too', async () => {
    const curve = { ...(await exampleCurve()), arm: 'a\u202eb' };
    expect(figureSheet(curveFigure([curve], board))).not.toContain('\u202e');
    expect(valuePanel(curve)).toContain('a\\u{202e}b, n = ');
  });

  test('curveFigure has no empty panel: only one where no relative value is defined', async () => {
    const curve = await exampleCurve();
    const zero = { ...curve, points: curve.points.map((point) => ({ ...point, relativeToLargest: null })) };
    const { panels, warnings } = curveFigure([zero], board);
    expect(panels.map(({ title }) => title)).toEqual(['value']);
    expect(warnings.join(' ')).toContain('No relative panel');
  });

  test('the CSV of curveFigure has every draw, exact', async () => {
    const curve = await exampleCurve();
    const values = figureCsv(curveFigure([curve], board))
      .trim()
      .split('\r\n')
      .slice(1)
      .map((line) => Number(line.split(',').at(-1)));
    expect(values).toEqual(curve.points.flatMap((point) => point.values));
  });
});

describe('biasFigure', () => {
  test('biasFigure ends its axis with the smallest size, and wastes no room beyond it', async () => {
    const curve = await exampleCurve();
    const fitted = { ...curve, fit: { ...curve.fit!, window: { from: 50, to: 800, points: 5 } } };
    const { drawing } = biasFigure([fitted], board)!.panels[0]!.views[0]!;
    const right = Math.max(...[...drawing.markup.matchAll(/cx="([\d.]+)"/g)].map(([, x]) => Number(x)));
    expect(right).toBeGreaterThan(320);
  });
});

describe('biasFigure of a curve near 0', () => {
  test('keeps the axis of distances readable, and marks at its edge what lies beyond', async () => {
    const curve = await exampleCurve();
    const bent = curve.points.map((point, i) => ({ ...point, mean: i === 1 ? point.mean / 20 : point.mean }));
    const fit = { ...curve.fit!, window: { from: 50, to: 800, points: 5 } };
    const figure = biasFigure([{ ...curve, points: bent, fit }], board)!;
    const { markup } = figure.panels[1]!.views[0]!.drawing;
    const numbers = [...markup.matchAll(/<text[^>]*>([−\d.]+)<\/text>/g)].map(([, text]) =>
      text!.replace('−', '-'),
    );
    expect(Math.min(...numbers.map(Number))).toBeGreaterThanOrEqual(-6);
    expect(markup.match(/l5,-9h-10z/g)).toHaveLength(1);
    expect(figure.caption).toContain('Triangles at the edge: 1 that');
    expect(figure.keys.map(({ text }) => text)).toContain('beyond the axis');
  });

  test('says which means do not differ significantly from 0, and draws no percentage of them', async () => {
    const curve = await exampleCurve();
    const points = curve.points.map((point, i) =>
      i === 1 ? { ...point, mean: 0.01, standardDeviation: 1 } : point,
    );
    const fit = { ...curve.fit!, window: { from: 50, to: 800, points: 5 } };
    const figure = biasFigure([{ ...curve, points, fit }], board)!;
    expect(figure.warnings.at(-1)).toBe(
      'No relative residual where a mean does not differ significantly from 0: one at n = 100.',
    );
    expect(figure.panels[1]!.views[0]!.drawing.markup.match(/<title>/g)).toHaveLength(4);
  });
});

describe('rankFigure', () => {
  test('the caption of rankFigure names its panels by their titles, and the band that is drawn', async () => {
    const figures = await studyFigures(await exampleStudy({ arms: ['one', 'two', 'three'] }));
    const { caption, panels } = figures.find(({ name }) => name === 'rank-fid')!;
    for (const { title } of panels) expect(caption).toContain(`“${title}”: `);
    expect(caption).toContain('Below 5 %, the gray band,');
    expect(caption).not.toMatch(/left|right/i);
    expect(caption).not.toContain('at most');
  });
});

describe('rankFigure of sets without significant differences', () => {
  test('tells pairs that were not tested from those without a significant difference', async () => {
    const report = await exampleStudy({ arms: ['one', 'two', 'three'] });
    const [ranking] = report.rankings;
    const errors = [0.1, null, 0.1];
    const pairs = ranking!.pairs.map((pair, i) => ({
      ...pair,
      standardError: errors[i]!,
      isRanked: i === 2,
    }));
    const figures = await studyFigures({ ...report, rankings: [{ ...ranking!, pairs }] });
    const text = figures.find(({ name }) => name === 'rank-fid')!.warnings!.join(' ');
    const [tested, untested] = pairs.map(({ first, second }) => `${first} and ${second}`);
    expect(text).toContain(`No significant difference, hence not ranked: ${tested}.`);
    expect(text).toContain(`Not tested, as the errors are unknown, hence not ranked: ${untested}.`);
  });

  test('states the largest possible τ: √(ranked pairs / all pairs), as all draws in the final order have it', async () => {
    const report = await exampleStudy({ arms: ['one', 'two', 'three'] });
    const [ranking] = report.rankings;
    const pairs = ranking!.pairs.map((pair, i) => ({ ...pair, isRanked: i > 0 }));
    const figures = await studyFigures({ ...report, rankings: [{ ...ranking!, pairs }] });
    expect(figures.find(({ name }) => name === 'rank-fid')!.caption).toContain(
      'mean Kendall τ (at most 0.816, since pairs that are not ranked count as ties)',
    );
  });
});

describe('responseFigure', () => {
  test('responseFigure names no inversion where there is none, and spreads fractional levels over its axis', async () => {
    const report = await exampleStudy({ arms: ['one'] });
    const response = {
      metric: 'fid',
      direction: 'lower-is-better' as const,
      arm: 'one',
      distortion: 'token-noise',
      levels: [0, 0.01, 0.2, 0.4].map((level) => ({ level, value: level })),
      response: { monotonicity: 1, firstInversion: null, improvedLevels: [], saturation: null },
    };
    const figure = responseFigure([response], report.curves, board);
    expect(figure.keys.map(({ text }) => text)).toEqual(['FID']);
    const positions = [...figure.panels[0]!.views[0]!.drawing.markup.matchAll(/cx="([\d.]+)"/g)];
    const across = positions.map(([, x]) => Number(x));
    expect(Math.max(...across) - Math.min(...across)).toBeGreaterThan(100);
  });
});

describe('studyFigures', () => {
  const names = (figures: readonly Figure[]) => figures.map(({ name }) => name);

  test('studyFigures draws curve and bias of each metric, with the rank from three sets on, then the response of each set', async () => {
    const report = await exampleStudy({ arms: ['one', 'two'] });
    const responding: StudyReport = {
      ...report,
      responses: ['one', 'two'].map((arm) => ({
        metric: 'fid',
        direction: 'lower-is-better',
        arm,
        distortion: 'jpeg',
        levels: [2, 3, 2.5].map((value, level) => ({ level, value })),
        response: { monotonicity: 0.3, firstInversion: 2, improvedLevels: [], saturation: null },
      })),
    };
    const figures = await studyFigures(responding);
    expect(names(figures)).toEqual(['curve-fid', 'bias-fid', 'response-one', 'response-two']);
    const response = figures[2]!;
    expect(response.warnings).toEqual(['FID does not worsen at level 2 of jpeg.']);
    // in units of the metric; above 0 is worse, 1 the farthest; the cross of the inversion is one path of two strokes
    expect(response.numbers.rows.map((row) => row.at(-1))).toEqual([0, 1, 0.5]);
    expect(response.panels[0]!.views[0]!.drawing.markup.match(/l10,10M/g)).toHaveLength(1);
  });

  test('studyFigures joins all metrics in one figure: values left, ratios right, a set in one color throughout', async () => {
    const report = await exampleStudy({ arms: ['one', 'two', 'three'], metrics: ['fid', 'cmmd'] });
    // a set that one metric lacks moves no color of the others
    const curves = report.curves.map((curve) =>
      curve.metric === 'fid' && curve.arm === 'one' ? { ...curve, points: [] } : curve,
    );
    const [joined, ...others] = await studyFigures({ ...report, curves });
    expect(joined!.name).toBe('curves');
    expect(names(others)).not.toContain('curves');
    expect(joined!.panels.map(({ title }) => title)).toEqual([
      'FID',
      'FID relative to the largest n',
      'CMMD',
      'CMMD relative to the largest n',
    ]);
    const colors = new Map<string, Set<string>>();
    for (const { views } of joined!.panels)
      for (const [, color, series] of views[0]!.drawing.markup.matchAll(
        /<g fill="(#\w{6})"[^>]*data-series="(\d)"/g,
      ))
        colors.set(series!, (colors.get(series!) ?? new Set()).add(color!));
    expect([...colors.values()].map(({ size }) => size)).toEqual([...colors].map(() => 1));
    const keys = joined!.keys.filter(({ series }) => series !== null);
    expect(keys.map(({ text }) => text).sort()).toEqual(['one', 'three', 'two']);
    expect(new Set(keys.map(({ look }) => look.color)).size).toBe(3);
    const { rows } = joined!.numbers;
    expect(new Set(rows.map(([metric]) => metric))).toEqual(new Set(['fid', 'cmmd']));
  });

  test('responseFigure draws the draws of a level beside its value', async () => {
    const report = await exampleStudy({ arms: ['one'] });
    const plain = report.curves.find(({ arm }) => arm === 'one')!;
    const response = {
      ...{ metric: 'fid', direction: 'lower-is-better' as const, arm: 'one', distortion: 'jpeg' },
      levels: [0, 1].map((level) => ({ level, value: 10 + level })),
      response: { monotonicity: 1, firstInversion: null, improvedLevels: [], saturation: null },
    };
    const { numbers } = responseFigure([response], [plain], board);
    const { band } = plain.points.at(-1)!;
    expect(numbers.rows[0]!.slice(4)).toEqual([10, band!.low, band!.high, 0]);
    expect(numbers.rows[1]!.slice(4)).toEqual([11, null, null, 1]);
  });

  test('studyFigures calls a metric by its name, and files and CSV by its id', async () => {
    const report = await exampleStudy({ arms: ['one', 'two'], metrics: ['fid-clean'] });
    for (const figure of await studyFigures(report)) {
      expect(figure.name).toContain('fid-clean');
      expect(figure.numbers.rows[0]![0]).toBe('fid-clean');
      expect(figureSheet(figure)).toContain('Clean-FID');
      expect(figureSheet(figure).replace(/<metadata>.*/, '')).not.toContain('fid-clean');
    }
  });

  test('studyFigures gives names that differ to arms that look alike as files', async () => {
    const report = await exampleStudy({ arms: ['a/b', 'a b'] });
    const responses = ['a/b', 'a b'].map((arm) => ({
      metric: 'fid',
      direction: 'lower-is-better' as const,
      arm,
      distortion: 'jpeg',
      levels: [0, 1].map((level) => ({ level, value: level })),
      response: { monotonicity: 1, firstInversion: null, improvedLevels: [], saturation: null },
    }));
    expect(names(await studyFigures({ ...report, responses })).slice(-2)).toEqual([
      'response-a-b',
      'response-a-b-2',
    ]);
  });
});
