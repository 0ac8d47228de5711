import { countText, numberText } from '../numerics/number-text.js';
import type { UncertaintyReport } from './uncertainty-report.js';

/** A correlation, a ratio: two decimals. */
function rounded(value: number): string {
  return numberText(value, { error: 0.1 });
}

/** How every two settings agree: pixels, blurred pixels and sums. */
function pairLines({ settings, matrices, sums }: NonNullable<UncertaintyReport['comparison']>): string[] {
  const shown = (value: number | null) => (value === null ? '–' : rounded(value));
  return settings.flatMap((second, j) =>
    settings.slice(0, j).map((first, i) => {
      const [pixels, blurred] = [matrices.pearson[i]![j]!, matrices.blurredPearson[i]![j]!];
      return `${second.name} and ${first.name}: pixels correlate by ${shown(pixels)}, blurred by ${shown(blurred)}, ranks of sums by ${shown(sums[i]![j]!)}; mean ratio ${shown(matrices.ratio[i]![j]!)}`;
    }),
  );
}

/** Pairs of settings that are written out, of each kind of line. */
const MOST_PAIRS = 12;

function firstOf(lines: readonly string[]): readonly string[] {
  const left = lines.length - MOST_PAIRS;
  return left <= 0
    ? lines
    : [...lines.slice(0, MOST_PAIRS), `… and ${countText(left)} more pairs: see --json`];
}

export interface UncertaintySummary {
  /** what the maps and scores are like */
  readonly facts: readonly string[];
  readonly warnings: readonly string[];
}

/** What a reader should know before using the scores: a line each. */
export function uncertaintySummary({
  runs,
  images,
  correlations,
  comparison,
  reliability,
  warnings,
}: UncertaintyReport): UncertaintySummary {
  const facts = runs.map(({ name, source, diagnostics }) => {
    const { maps, lag1, channelCorrelation } = diagnostics;
    const noise = [
      ...(lag1 === null ? [] : [`neighbors correlate by ${rounded(lag1)}`]),
      ...(channelCorrelation === null ? [] : [`channels by ${rounded(channelCorrelation)}`]),
    ];
    return [`${source}${name === '' ? '' : ` (${name})`}: ${countText(maps)} maps`, ...noise].join('; ');
  });
  if (images !== null) {
    const left = [
      ...(images.imagesAlone.length > 0
        ? [`${countText(images.imagesAlone.length)} images without a map left out`]
        : []),
      ...(images.mapsAlone.length > 0
        ? [`${countText(images.mapsAlone.length)} maps without an image left out`]
        : []),
    ];
    facts.push(
      [`${images.source}: ${countText(images.n)} images joined by ${images.joinedBy}`, ...left].join('; '),
    );
  }
  for (const score of new Set(correlations.map((one) => one.score))) {
    const known = correlations.filter(
      (one) => one.score === score && one.family === 'detail' && one.value !== null,
    );
    const strongest = known.sort((a, b) => Math.abs(b.value!) - Math.abs(a.value!))[0];
    if (strongest === undefined) continue;
    facts.push(`${score}: rank correlation ${rounded(strongest.value!)} with ${strongest.control}`);
  }
  if (comparison !== null) facts.push(...firstOf(pairLines(comparison)));
  const laws: string[] = [];
  for (const { first, second, measured, isotropic, exponent } of comparison?.laws ?? []) {
    if (measured === null) continue;
    const law = exponent === null ? '' : `, exponent ${rounded(exponent)}`;
    laws.push(
      `${second} ÷ ${first}: ${numberText(measured)} where the prior alone would give ${numberText(isotropic)}${law}`,
    );
  }
  facts.push(...firstOf(laws));
  const halves = reliability.map(({ first, second, pixels, scores }) => {
    const parts = [
      ...(pixels === null ? [] : [`pixels ${rounded(pixels.single)}`]),
      ...(scores === null
        ? []
        : [
            `sums ${rounded(scores.single)}${scores.averaged === null ? '' : `, averaged ${rounded(scores.averaged)}`}`,
          ]),
    ];
    return `${first} and ${second} as halves: ${parts.join('; ')}`;
  });
  facts.push(...firstOf(halves));
  const doubts = [
    ...warnings.map(({ message }) => message),
    ...runs.flatMap(({ name, diagnostics }) =>
      diagnostics.warnings.map(({ message }) => (name === '' ? message : `${name}: ${message}`)),
    ),
  ];
  return { facts, warnings: doubts };
}
