import { metricLabel } from '../../metrics/metric-catalog.js';
import { countText, errorText, numberText } from '../../numerics/number-text.js';
import { bandText, meanText } from '../../sample-size-study/curve-texts.js';
import { NOISE_FLOOR } from '../../sample-size-study/study-design.js';
import type { StudyCurve, StudyPoint, StudyRanking } from '../../sample-size-study/study-report.js';
import { setName } from '../figures/drawn-curve.js';
import { Html, html } from '../page/html.js';
import { tableHtml } from '../page/page.js';

const ARROWS = { 'lower-is-better': ' ↓', 'higher-is-better': ' ↑' } as const;
const HEADER = [
  'metric',
  'arm',
  'mean ± sd of a draw',
  '95 % of draws',
  'ratio to the value at the largest n',
  'place',
];

interface SizedValue {
  readonly curve: StudyCurve;
  readonly point: StudyPoint;
}

/** What every curve says at one sample size: a table for each size, of which the page's script shows the chosen one. */
export function sizeTablesHtml(
  {
    curves,
    rankings,
  }: { readonly curves: readonly StudyCurve[]; readonly rankings: readonly StudyRanking[] },
  mostRows: number,
): Html | null {
  const plain = curves.filter(({ distortion }) => distortion === 'none');
  const significantPairs = rankedPairs(rankings);
  const sizes = [...new Set(plain.flatMap(({ points }) => points.map(({ sampleSize }) => sampleSize)))].sort(
    (a, b) => a - b,
  );
  if (sizes.length === 0 || mostRows === 0) return null;
  return html`<div class="tools" data-tools="sizes"></div>
${sizes.map((size) => {
  const values = plain.flatMap((curve) =>
    curve.points.filter(({ sampleSize }) => sampleSize === size).map((point) => ({ curve, point })),
  );
  const label = `n = ${countText(size)}`;
  return html`<details class="size" data-n="${size}"><summary>${label}</summary>
<div class="scroll" tabindex="0" role="group" aria-label="${`Values at ${label}`}">${tableHtml({ header: HEADER, rows: values.slice(0, mostRows).map((value) => row(value, values, significantPairs)) })}</div>
${values.length > mostRows ? html`<p class="soft">… and ${values.length - mostRows} more: see <code>summary.csv</code>.</p>` : new Html('')}
</details>
`;
})}`;
}

function row(
  { curve, point }: SizedValue,
  all: readonly SizedValue[],
  significantPairs: ReadonlySet<string>,
): readonly string[] {
  const { metric, direction, arm } = curve;
  const { independentDeviation: deviation, relativeToLargest } = point;
  return [
    `${metricLabel(metric)}${ARROWS[direction]}`,
    setName(arm),
    `${meanText(curve, point)}${deviation === null || deviation === 0 ? '' : ` ± ${errorText(deviation)}`}`,
    bandText(curve, point) ?? '–',
    relativeToLargest === null ? '–' : numberText(relativeToLargest, { error: 0.01 }),
    rankText({ curve, point }, all, significantPairs),
  ];
}

/** Pairs of sets with a significant difference, in either order. */
function rankedPairs(rankings: readonly StudyRanking[]): ReadonlySet<string> {
  return new Set(
    rankings.flatMap(({ metric, pairs }) =>
      pairs
        .filter(({ isRanked }) => isRanked)
        .flatMap(({ first, second }) => [pairKey(metric, first, second), pairKey(metric, second, first)]),
    ),
  );
}

function pairKey(...names: readonly [metric: string, first: string, second: string]): string {
  return JSON.stringify(names);
}

/** The rank of the set at this size, by mean: `2 of 5`; `2 to 3 of 5` if it does not differ significantly from one other. */
function rankText(
  { curve, point }: SizedValue,
  all: readonly SizedValue[],
  significantPairs: ReadonlySet<string>,
): string {
  if (curve.arm === NOISE_FLOOR) return '–';
  const compared = all.filter(({ curve: { metric, arm } }) => metric === curve.metric && arm !== NOISE_FLOOR);
  const isBetter = (mean: number) =>
    curve.direction === 'lower-is-better' ? mean < point.mean : mean > point.mean;
  const competitors = compared.filter((other) => other.curve.arm !== curve.arm);
  const isSignificant = (other: SizedValue) =>
    significantPairs.has(pairKey(curve.metric, curve.arm, other.curve.arm));
  const better = competitors.filter((other) => isSignificant(other) && isBetter(other.point.mean)).length;
  const alike = competitors.filter((other) => !isSignificant(other)).length;
  return `${1 + better}${alike === 0 ? '' : ` to ${1 + better + alike}`} of ${compared.length}`;
}
