import { posix } from 'node:path';
import { metricLabel } from '../../metrics/metric-catalog.js';
import { countText, errorText } from '../../numerics/number-text.js';
import type { ScoredSide, ScoreReport, ScoreResult } from '../../scoring/score-report.js';
import { intervalText, valueText } from '../text/result-texts.js';

/** The answer in a sentence: the first result that has a value, at its n, and bias-corrected with its interval where there is one. */
export function scoreHeadline({ reference, generated, results }: ScoreReport): string {
  const first = results.find(({ value }) => value !== null);
  const [own, other] = shortNames(generated, reference);
  if (first === undefined) return `${own}: no metric has a value`;
  const against = first.n.reference === null ? '' : ` against ${other}`;
  return `${own}${against}: ${metricLabel(first.metric)} ${answer(first)}`;
}

function answer(result: ScoreResult): string {
  const { standardError, n } = result;
  const interval = intervalText(result);
  const text = valueText(result);
  const size = n.generated === null ? '' : ` at n = ${countText(n.generated)}`;
  if (interval?.of === 'limit') return `${text}${size}; ${interval.text} after bias correction`;
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
