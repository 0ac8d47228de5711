import { countText } from '../../numerics/number-text.js';
import { largestOf, leastOf } from '../../numerics/order-statistics.js';
import { NOISE_FLOOR } from '../../sample-size-study/study-design.js';
import type { StudyCurve } from '../../sample-size-study/study-report.js';
import { shortName } from './figure-size.js';

/** What the numbers of a figure came from, in one line: encoder, images, draws. */
export function subtitleOf(curves: readonly StudyCurve[]): string {
  const encoders = distinct(curves.map(({ encoder }) => shortName(encoder.id, 40)));
  const references = distinct(curves.map(({ referenceSize }) => referenceSize));
  const draws = distinct(curves.flatMap(({ points }) => points.map(({ values }) => values.length)));
  return [
    `encoder ${encoders.join(', ')}`,
    `reference ${rangeText(references)} images`,
    `draws at each n: ${draws.length === 0 ? 'none' : rangeText(draws)}`,
  ].join('; ');
}

export function comparabilityOf(curves: readonly StudyCurve[]): 'demo' | 'comparable' {
  return curves.some(({ encoder }) => encoder.origin === 'demo') ? 'demo' : 'comparable';
}

function rangeText(counts: readonly number[]): string {
  const [least, most] = [leastOf(counts), largestOf(counts)];
  return least === most ? countText(least) : `${countText(least)} to ${countText(most)}`;
}

function distinct<T>(list: readonly T[]): readonly T[] {
  return [...new Set(list)];
}

/** Names become files: letters, digits and hyphens alone, and no two the same. */
export function distinctNames<T extends { readonly name: string }>(figures: readonly T[]): readonly T[] {
  const used = new Set<string>();
  return figures.map((figure) => {
    const base = figure.name
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-|-$/g, '')
      .slice(0, 80);
    let name = base;
    for (let i = 2; used.has(name); i++) name = `${base}-${i}`;
    used.add(name);
    return { ...figure, name };
  });
}

const MOST_OF_A_KIND = 2;
/** What a figure says in its own way. */
const SAID: readonly string[] = ['DEMO_ENCODER', 'NEAR_ZERO'];

/** The warnings about the curves of a figure, by kind; of a kind that many sets share, two are written out. */
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
      : [
          ...said.slice(0, MOST_OF_A_KIND),
          `… and similarly for ${left} more: see the table and summary.csv.`,
        ];
  });
}

function names(arms: readonly string[]): string {
  const shown = arms.slice(0, 3).map((arm) => (arm === NOISE_FLOOR ? 'noise floor' : shortName(arm)));
  return arms.length > 3 ? `${shown.join(', ')} and ${arms.length - 3} more` : shown.join(', ');
}
