import { metricLabel } from '../../metrics/metric-catalog.js';
import { countText, listText, numberText } from '../../numerics/number-text.js';
import type { StudyCurve, StudyResponse } from '../../sample-size-study/study-report.js';
import type { Html } from '../page/html.js';
import { visibleText } from '../text/visible-text.js';
import { apartTicks, paddedExtent } from './axis-ticks.js';
import type { DrawingBoard } from './drawing-board.js';
import type { Figure } from './figure.js';
import { comparabilityOf, subtitleOf } from './figure-words.js';
import { seriesLook } from './series-look.js';
import { tracedMarks } from './series-marks.js';
import { metricAxis, valueAxisMark } from './value-axis.js';

const WIDTH = 350;
const HEIGHT = 240;
const MARGINS = { marginLeft: 52, marginRight: 10, marginTop: 26, marginBottom: 36 };

/** Metrics against the level of each family of distortions, for the sets of a filter side by side. */
export function filterResponseFigure(
  responses: readonly StudyResponse[],
  curves: readonly StudyCurve[],
  board: DrawingBoard,
): Figure {
  const metrics = [...new Set(responses.map(({ metric }) => metric))];
  const arms = [...new Set(responses.map(({ arm }) => arm))];
  const families = [...new Set(responses.map(({ distortion }) => distortion))];
  const own = curves.filter((curve) => metrics.includes(curve.metric) && arms.includes(curve.arm));
  const name = listText(metrics.map(metricLabel));
  const sizes = [...new Set(own.flatMap(({ points }) => points.at(-1)?.sampleSize ?? []))];
  return {
    name: metrics.length === 1 ? `distortion-${metrics[0]!}` : 'filter-distortions',
    source: 'study.json',
    metric: metrics.length === 1 ? metrics[0]! : null,
    title: `${name} by level of distortion`,
    caption: `Mean ${name} of filtered and unfiltered sets against the level of distortion; level 0 is undistorted. Images are kept by the scores of undistorted images.`,
    subtitle: `${subtitleOf(own)}; values at n = ${sizes.map((size) => countText(size)).join(', ')}`,
    keys: arms.map((text, series) => ({ text, mark: 'line' as const, look: seriesLook(series), series })),
    panels: families.flatMap((family) =>
      metrics.flatMap((metric) => {
        const own = responses.filter((one) => one.distortion === family && one.metric === metric);
        if (own.length === 0) return [];
        const label = metricAxis(metricLabel(metric), own[0]!.direction);
        return {
          title: metrics.length === 1 ? family : `${metricLabel(metric)}: ${family}`,
          width: WIDTH,
          height: HEIGHT,
          views: [{ name: 'levels', drawing: familyPanel(own, { arms, label }, board) }],
        };
      }),
    ),
    warnings: [],
    comparability: comparabilityOf(own),
    table: {
      header: ['metric', 'distortion', 'set', 'values by level', 'τ with level', 'first inversion'],
      rows: responses.map(({ metric, distortion, arm, levels, response }) => [
        metricLabel(metric),
        distortion,
        arm,
        levels.map(({ level, value }) => `${level}: ${numberText(value)}`).join(', '),
        response.monotonicity === null ? '–' : numberText(response.monotonicity, { error: 0.01 }),
        response.firstInversion === null ? 'none' : String(response.firstInversion),
      ]),
    },
    numbers: {
      header: ['metric', 'distortion', 'arm', 'level', 'value'],
      rows: responses.flatMap(({ metric, distortion, arm, levels }) =>
        levels.map(({ level, value }) => [metric, distortion, arm, level, value]),
      ),
    },
  };
}

function familyPanel(
  responses: readonly StudyResponse[],
  { arms, label }: { readonly arms: readonly string[]; readonly label: string },
  { plot, drawing }: DrawingBoard,
): Html {
  const all = responses.flatMap(({ levels }) => levels);
  const levels = [...new Set(all.map(({ level }) => level))].sort((a, b) => a - b);
  const across = paddedExtent(levels);
  const unit = (WIDTH - MARGINS.marginLeft - MARGINS.marginRight) / (across[1] - across[0]);
  return drawing({
    width: WIDTH,
    height: HEIGHT,
    ...MARGINS,
    x: { domain: [...across], label: null },
    y: { domain: [...paddedExtent(all.map(({ value }) => value))], label: null },
    marks: [
      plot.gridY({ ticks: 5, strokeOpacity: 0.12 }),
      ...responses.flatMap(({ arm, distortion, levels: own }) => {
        const series = arms.indexOf(arm);
        const look = seriesLook(series);
        const points = own.map((one) => ({
          ...one,
          title: visibleText(`${arm}, ${distortion} at level ${one.level}: ${numberText(one.value)}`),
        }));
        return tracedMarks(points, { x: 'level', y: 'value', look, series }, plot);
      }),
      plot.axisX({
        ticks: [...apartTicks(levels, (level) => level * unit)],
        tickFormat: String,
        label: null,
        fontVariant: '',
      }),
      valueAxisMark(plot, label, { ticks: 5 }),
      plot.text(['level of distortion →'], { frameAnchor: 'bottom-right', dy: 30, textAnchor: 'end' }),
    ],
  });
}
