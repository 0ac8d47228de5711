import { posix } from 'node:path';
import { metricLabel } from '../../metrics/metric-catalog.js';
import { countText, errorText, numberText } from '../../numerics/number-text.js';
import { estimateOf, isRankedByClass } from '../../scoring/class-ranking.js';
import type { ClassScores, ScoredSide, ScoreReport, ScoreResult } from '../../scoring/score-report.js';
import { intervalText, valueText } from '../text/result-texts.js';
import { visibleText } from '../text/visible-text.js';

/** The answer in a sentence: the first result that has a value, at its n, and bias-corrected with its interval where there is one. */
export function scoreHeadline({ reference, generated, results, classes }: ScoreReport): string {
  const first = results.find(({ value }) => value !== null);
  const [own, other] = shortNames(generated, reference);
  if (first === undefined) return `${own}: no metric has a value`;
  const against = first.n.reference === null ? '' : ` against ${other}`;
  const worst = classes === undefined ? null : worstClassText(classes, first.metric);
  const text = worst === null ? answer(first) : `${valueAtN(first)}; ${worst}`;
  return `${own}${against}: ${metricLabel(first.metric)} ${text}`;
}

/** The worst class by the headline's metric, or else by the first that ranks classes; null where none does. */
function worstClassText({ results }: ClassScores, metric: string): string | null {
  const ranked = results.filter(
    (of) => isRankedByClass(of) && of.values.filter(({ value }) => value !== null).length > 1,
  );
  const of = ranked.find((one) => one.metric === metric) ?? ranked[0];
  if (of === undefined) return null;
  const [worst] = of.values;
  const count = of.values.filter(({ value }) => value !== null).length;
  const name = of.metric === metric ? '' : `${metricLabel(of.metric)} `;
  const interval = intervalText(worst!);
  const value = numberText(worst!.value!, { error: worst!.standardError });
  const shown =
    interval?.of === 'limit'
      ? `${interval.text} after bias correction`
      : `${value}${interval === null ? '' : ` (${interval.text})`}`;
  const alike = of.values.filter(
    (one) => one.value !== null && estimateOf(one) === estimateOf(worst!),
  ).length;
  if (alike === count) return `all ${countText(count)} classes are equal, ${name}${shown}`;
  const label = visibleText(worst!.label);
  const named = alike === 1 ? `is ${label}` : `are ${label} and ${countText(alike - 1)} more`;
  return `worst of ${countText(count)} classes ${named}, ${name}${shown}`;
}

function valueAtN(result: ScoreResult): string {
  const { n } = result;
  return `${valueText(result)}${n.generated === null ? '' : ` at n = ${countText(n.generated)}`}`;
}

function answer(result: ScoreResult): string {
  const { standardError, n } = result;
  const interval = intervalText(result);
  if (interval?.of === 'limit') return `${valueAtN(result)}; ${interval.text} after bias correction`;
  const text = valueText(result);
  const size = n.generated === null ? '' : ` at n = ${countText(n.generated)}`;
  if (interval !== null) return `${text} (${interval.text})${size}`;
  return `${text}${standardError === null ? '' : ` ± ${errorText(standardError)}`}${size}`;
}

/** Names, or else the last parts of the paths without their endings; whole paths where those are alike. */
function shortNames(first: ScoredSide, second: ScoredSide): readonly [string, string] {
  const short = ({ name, source }: ScoredSide) =>
    name ?? (posix.basename(source.replaceAll('\\', '/')).replace(/\.[a-z0-9]+$/i, '') || source);
  const names = [short(first), short(second)] as const;
  return names[0] === names[1] ? [first.name ?? first.source, second.name ?? second.source] : names;
}
