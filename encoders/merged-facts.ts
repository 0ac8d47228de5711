import { InputError, ProvenanceError } from '../errors.js';
import { byCodePoint } from './embedded-set.js';
import type { Warning } from './encoder.js';
import { type ImageSizes, mergedSizes } from './image-sizes.js';
import { ImageWarnings, isOfNotes } from './image-warnings.js';
import type { DividedSet, SetHistory, ShardSet, SkippedImage } from './provenance.js';
import { SetDigest } from './set-digest.js';

/** What is said of a set beside its numbers, and changes when sets are joined. */
export interface SetFacts extends SetHistory {
  /** the image set as its user typed it */
  readonly source: string;
  readonly n: number;
  /** `SetDigest`; null where it is not known */
  readonly digest: string | null;
  readonly skipped: readonly SkippedImage[];
  readonly warnings: readonly Warning[];
  readonly imageSizes?: ImageSizes | undefined;
}

/** A set that is to be joined to others. */
export interface MergedPart {
  /** the file as the caller typed it */
  readonly path: string;
  readonly facts: SetFacts;
  /** of its images, or of its numbers where those are not known: `images 1f…` */
  readonly content: string;
}

/** What becomes of a set of which parts are missing. */
export type Incomplete = 'refused' | 'taken';

/** `1-3, 7` of 1, 2, 3 and 7, ascending. */
export function rangesText(indices: readonly number[], separator = ', '): string {
  const ranges: [number, number][] = [];
  for (const index of indices) {
    const last = ranges.at(-1);
    if (last !== undefined && last[1] + 1 === index) last[1] = index;
    else ranges.push([index, index]);
  }
  return ranges.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join(separator);
}

function named(indices: readonly number[]): string {
  return `part${indices.length === 1 ? '' : 's'} ${rangesText(indices)}`;
}

/** `parts 1, 3 of 4` */
export function partsText({ indices, count }: ShardSet): string {
  return `${named(indices)} of ${count}`;
}

/**
 * Parts in the order in which they are joined, whatever the order in which they came: of a divided set by their place in it, of others
 * by content.
 */
export function inOrder<Part extends MergedPart>(parts: readonly Part[]): readonly Part[] {
  return [...parts].sort(
    (a, b) =>
      (a.facts.shards?.indices[0] ?? 0) - (b.facts.shards?.indices[0] ?? 0) ||
      byCodePoint(a.content, b.content),
  );
}

/**
 * Facts of a whole, from those of its parts.
 *
 * @throws InputError DUPLICATE_CONTENT if something in one part is in another too, whatever was merged before
 * @throws InputError INCOMPLETE_SET if parts of a divided set are missing, and that is not taken
 * @throws ProvenanceError UNLIKE_EMBEDDINGS if parts are not of one divided set
 */
export function mergedFacts(parts: readonly MergedPart[], incomplete: Incomplete): SetFacts {
  for (const part of parts) requireSameDivision(parts[0]!, part);
  requireOnce(parts);
  const ordered = inOrder(parts);
  const all = ordered.map(({ facts }) => facts);
  const isDivided = all[0]!.shards !== null && all[0]!.shards !== undefined;
  const sources = [...new Set(all.map(({ source }) => source))];
  const source = isDivided ? sources[0]! : sources.sort(byCodePoint).join(' + ');
  const digest = new SetDigest();
  for (const one of all) if (one.digest !== null) digest.join(one.digest);
  const joined = ordered.flatMap(({ facts, content }) => facts.joined ?? [content]).sort(byCodePoint);
  const notes = joinedNotes(all);
  const devices = [...new Set(all.map(({ device }) => device ?? 'cpu'))].sort();
  return {
    source,
    n: all.reduce((sum, { n }) => sum + n, 0),
    digest: all.some((one) => one.digest === null) ? null : digest.hex,
    skipped: all.flatMap(({ skipped }) => skipped).sort((a, b) => byCodePoint(a.id, b.id)),
    warnings: joinedWarnings(all, notes, source),
    imageSizes: mergedSizes(all.map(({ imageSizes }) => imageSizes)),
    shards: isDivided ? joinedShards(ordered, incomplete) : null,
    joined: isDivided || joined.length === 1 ? undefined : joined,
    notes: notes?.notes,
    device: devices.join() === 'cpu' ? undefined : devices.join(' + '),
    deviceDifference: largest(all.flatMap(({ deviceDifference }) => deviceDifference ?? [])),
  };
}

function largest(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : Math.max(...values);
}

function requireSameDivision(first: MergedPart, other: MergedPart): void {
  const [ours, theirs] = [first.facts.shards, other.facts.shards];
  const refused = (expected: string, received: string, help: string) =>
    new ProvenanceError('UNLIKE_EMBEDDINGS', { where: other.path, expected, received, help });
  if (ours?.count !== theirs?.count)
    throw refused(
      `number of parts must be as in ${first.path}, ${ours?.count ?? 'none'}`,
      `${theirs?.count ?? 'none'}`,
      'Encode both in the same way.',
    );
  if (ours?.ids !== theirs?.ids)
    throw refused(
      `must be a part of the images that ${first.path} is a part of`,
      `another list of images of ${other.facts.source}`,
      'Encode all parts again: it has changed between the two, or they are of unlike folders.',
    );
}

function requireOnce(parts: readonly MergedPart[]): void {
  const holders = new Map<string | number, MergedPart>();
  for (const part of parts) {
    const { shards, joined } = part.facts;
    for (const held of shards?.indices ?? joined ?? [part.content]) {
      const before = holders.get(held);
      holders.set(held, part);
      if (before !== undefined) throw countedTwice(held, part, before);
    }
  }
}

function countedTwice(held: string | number, { path, facts }: MergedPart, before: MergedPart): InputError {
  const whole = facts.joined === undefined && before.facts.joined === undefined ? '' : 'in ';
  const [what, same] =
    typeof held === 'number'
      ? [
          'come once, or its images are counted twice',
          `part ${held} of ${facts.shards!.count}, which ${before.path} holds too`,
        ]
      : [
          'be of other images than the rest, or they are counted twice',
          `the same ${held.split(' ')[0]} as ${whole}${before.path}`,
        ];
  return new InputError('DUPLICATE_CONTENT', {
    where: path,
    expected: `every part must ${what}`,
    received: path === before.path ? 'the same file twice' : same!,
    help: 'Leave one of the two out.',
  });
}

/** Null when nothing is missing any more. */
function joinedShards(parts: readonly MergedPart[], incomplete: Incomplete): DividedSet | null {
  const { source, shards } = parts[0]!.facts;
  const { count, ids } = shards!;
  const indices = parts.flatMap(({ facts }) => facts.shards!.indices).sort((a, b) => a - b);
  if (indices.length === count) return null;
  if (incomplete === 'taken') return { count, indices, ids };
  const held = new Set(indices);
  const missing = Array.from({ length: count }, (_, i) => i + 1).filter((index) => !held.has(index));
  throw new InputError('INCOMPLETE_SET', {
    where: source,
    expected: `all ${count} parts must be there`,
    received: named(indices),
    help: `Merge ${named(missing)} too, or pass --partial.`,
    missing,
  });
}

function joinedNotes(all: readonly SetFacts[]): ImageWarnings | undefined {
  const joined = new ImageWarnings();
  for (const { notes } of all) {
    if (notes === undefined) return undefined;
    joined.join(notes);
  }
  return joined;
}

/** Each once; those that count images, of the images of all. */
function joinedWarnings(
  all: readonly SetFacts[],
  ofAll: ImageWarnings | undefined,
  source: string,
): readonly Warning[] {
  const own = all.flatMap(({ warnings, notes }) =>
    warnings.filter((warning) => ofAll === undefined || !isOfNotes(warning, notes!)),
  );
  const distinct = new Map(
    [...own, ...(ofAll?.list(source) ?? [])].map((warning) => [warning.message, warning]),
  );
  return lastingWarnings([...distinct.values()]);
}

/** Without those that whoever reads the file finds anew. */
export function lastingWarnings(warnings: readonly Warning[]): readonly Warning[] {
  return warnings.filter(({ code }) => code !== 'INCOMPLETE_SET' && code !== 'UNKNOWN_PROVENANCE');
}
