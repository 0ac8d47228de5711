import { FLOOR_ARM } from '../../sample-size-study/study-cells.js';
import type { StudyCurve } from '../../sample-size-study/study-report.js';
import { shortName } from './figure-size.js';

const MOST_OF_A_KIND = 2;
/** What a figure says in its own way. */
const SAID: readonly string[] = ['DEMO_ENCODER', 'NEAR_ZERO'];

/** What is doubtful about the curves of a figure, by kind; of a kind that many arms share, two are written out. */
export function figureWarnings(curves: readonly StudyCurve[]): readonly string[] {
  const kinds = new Map<string, Map<string, string[]>>();
  for (const { arm, warnings } of curves) {
    for (const { code, message } of warnings.filter((warning) => !SAID.includes(warning.code))) {
      const kind = kinds.get(code) ?? new Map<string, string[]>();
      kind.set(message, [...(kind.get(message) ?? []), arm]);
      kinds.set(code, kind);
    }
  }
  return [...kinds.values()].flatMap((kind) => {
    const said = [...kind.entries()].map(([message, arms]) => `${names(arms)}: ${message}`);
    const left = said.length - MOST_OF_A_KIND;
    return left <= 0
      ? said
      : [...said.slice(0, MOST_OF_A_KIND), `… and the like of ${left} more: see the table and summary.csv.`];
  });
}

function names(arms: readonly string[]): string {
  const shown = arms.slice(0, 3).map((arm) => (arm === FLOOR_ARM ? 'floor' : shortName(arm)));
  return arms.length > 3 ? `${shown.join(', ')} and ${arms.length - 3} more` : shown.join(', ');
}
