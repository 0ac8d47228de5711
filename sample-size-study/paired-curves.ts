import { contentText, isSameContent } from '../encoders/set-content.js';
import { ProvenanceError } from '../errors.js';
import { NOISE_FLOOR } from './study-design.js';
import type { StudyCurve, StudyReport } from './study-report.js';

/** A study, and where it was. */
export interface NamedStudy {
  /** folder that it was read from */
  readonly source: string;
  readonly report: StudyReport;
}

/**
 * The curves that two studies have in common: same metric, distortion, level and set, the only sets of two studies whatever
 * their names.
 *
 * @throws ProvenanceError UNLIKE_REPORTS
 */
export function pairedCurves(
  first: NamedStudy,
  second: NamedStudy,
): { readonly pairs: readonly (readonly [StudyCurve, StudyCurve])[]; readonly left: readonly string[] } {
  const sides = [first, second];
  const where = sides.map(({ source }) => source).join(', ');
  requireSame(
    'reference size',
    where,
    sides.map(({ report }) => report.design.referenceSize),
  );
  requireSame(
    'way of drawing',
    where,
    sides.map(({ report }) => report.design.scheme),
  );
  requireSame(
    'parameters',
    where,
    sides.map(({ report }) => JSON.stringify(report.design.parameters)),
  );
  const [own, theirs] = sides.map(({ report }) =>
    report.curves.filter(({ arm, points }) => arm !== NOISE_FLOOR && points.length > 0),
  ) as [StudyCurve[], StudyCurve[]];
  const areSingle = [own, theirs].every((curves) => new Set(curves.map(({ arm }) => arm)).size === 1);
  const keyOf = ({ metric, arm, distortion, level }: StudyCurve) =>
    JSON.stringify([metric, areSingle ? '' : arm, distortion, level]);
  const known = new Map(theirs.map((curve) => [keyOf(curve), curve]));
  const pairs = own.flatMap((curve) => {
    const other = known.get(keyOf(curve));
    return other === undefined ? [] : [[curve, other] as const];
  });
  if (pairs.length === 0)
    throw unlike(where, 'at least one metric of one generated set', armsText(own), armsText(theirs));
  const paths = sides.map(({ report }) => report.design.reference.replace(/\/+$/, '')) as [string, string];
  for (const pair of pairs) {
    requireOneReference(where, pair, paths);
    requireAlike(where, ...pair);
  }
  const paired = new Set(pairs.flat());
  const left = [own, theirs].flatMap((curves, side) =>
    curves
      .filter((curve) => !paired.has(curve))
      .map((curve) => `${sides[side]!.source} alone: ${curveName(curve)}`),
  );
  return { pairs, left };
}

/** By content; where a study does not say what its reference held, by path. */
function requireOneReference(
  where: string,
  [one, other]: readonly [StudyCurve, StudyCurve],
  [first, second]: readonly [string, string],
): void {
  const [own, theirs] = [one.referenceContent, other.referenceContent];
  if (own === undefined || theirs === undefined) {
    requireSame('reference', where, [first, second]);
    return;
  }
  if (own === null || theirs === null) return;
  if (!isSameContent(own, theirs))
    throw unlike(where, 'one reference', contentText(first, own), contentText(second, theirs));
  const ways = [own, theirs].flatMap(({ decoding }) => (decoding === null ? [] : [decoding]));
  if (ways.length === 2) requireSame('way of decoding reference images', where, ways);
}

/** Where the labels come from may differ: each set has its own. */
function designName({ drawnBy }: StudyCurve): string {
  const found = (['strata', 'clusters'] as const).filter((of) => (drawnBy?.[of] ?? null) !== null);
  return found.length === 0 ? 'independent images' : found.join(' and ');
}

function requireAlike(where: string, first: StudyCurve, second: StudyCurve): void {
  const name = curveName(first);
  const encoders = [first, second].map(({ encoder }) => {
    const { id, sha256, preprocessing } = encoder;
    return `${id}${sha256 === null ? '' : `@${sha256.slice(0, 8)}`} (${preprocessing ?? 'unknown preprocessing'})`;
  });
  requireSame(`encoder and preprocessing of ${name}`, where, encoders);
  requireSame(`sampling design of ${name}`, where, [first, second].map(designName));
  requireSame(
    `number of reference images of ${name}`,
    where,
    [first, second].map(({ referenceSize }) => String(referenceSize)),
  );
  const sizes = [first, second].map(({ points }) => points.map(({ sampleSize }) => sampleSize));
  if (!sizes[0]!.some((size) => sizes[1]!.includes(size)))
    throw unlike(where, `at least one size of ${name}`, sizes[0]!.join(', '), sizes[1]!.join(', '));
}

function requireSame(what: string, where: string, values: readonly string[]): void {
  const [first, second] = values as [string, string];
  if (first !== second) throw unlike(where, `one ${what}`, first, second);
}

function unlike(where: string, needed: string, first: string, second: string): ProvenanceError {
  return new ProvenanceError('UNLIKE_REPORTS', {
    where,
    expected: `both studies must have ${needed}`,
    received: `${first} and ${second}`,
    help: 'Run one of the two again as the other was run.',
  });
}

function armsText(curves: readonly StudyCurve[]): string {
  return [...new Set(curves.map(curveName))].slice(0, 5).join('; ') || 'none';
}

function curveName({ metric, arm, distortion, level }: StudyCurve): string {
  return `${metric} of ${arm}${distortion === 'none' ? '' : `, ${distortion} ${level}`}`;
}
