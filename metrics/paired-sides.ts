import type { EmbeddedSet } from '../encoders/embedded-set.js';
import { extension, IMAGE_EXTENSIONS } from '../encoders/images/image-names.js';
import type { Warning } from '../encoders/warning.js';
import type { Comparison } from './metric-definition.js';
import { mean, variance } from './numerics/mean-and-variance.js';
import { countText } from './numerics/number-text.js';
import { squaredDifference } from './numerics/pair-distances.js';

/** Fewer images of one id on both sides say nothing. */
const FEWEST_PAIRS = 20;

/**
 * Pairs are alike where their mean squared distance lies below that of an image and the next one’s partner by more than this many standard
 * errors. The next in order of names or rows is mostly of one class: sides may be sorted, or named, by class without being pairs.
 */
const TELLING_ERRORS = 5;

/** Images that belong together: place `reference[i]` of the one side and `generated[i]` of the other. */
export interface SharedPlaces {
  readonly reference: readonly number[];
  readonly generated: readonly number[];
}

/** `a/b.png` and `a/b.jpg` are one image in two files; the end of `img.7` is no ending. */
function stem(id: string): string {
  const ending = extension(id);
  const isImage = (IMAGE_EXTENSIONS as readonly string[]).includes(ending);
  return isImage ? id.slice(0, -(ending.length + 1)) : id;
}

/** The place of each stem that stands once. */
function placesOf(ids: readonly string[]): ReadonlyMap<string, number> {
  const places = new Map<string, number>();
  const repeated = new Set<string>();
  ids.forEach((id, place) => {
    const name = stem(id);
    if (places.has(name)) repeated.add(name);
    places.set(name, place);
  });
  for (const name of repeated) places.delete(name);
  return places;
}

function countOf({ embeddings, logits, n }: EmbeddedSet): number | null {
  return (embeddings ?? logits)?.n ?? n;
}

/** Images of one id on both sides; where no side has ids and both are of one size, rows of one place. */
export function sharedPlaces({ reference, generated }: Comparison): SharedPlaces {
  const counts = [countOf(reference), countOf(generated)];
  if (reference.ids === null && generated.ids === null) {
    const [n, m] = counts;
    const places = n === m && n !== null ? Array.from({ length: n! }, (_, i) => i) : [];
    return { reference: places, generated: places };
  }
  const [first, second] = [reference.ids, generated.ids];
  if (first?.length !== counts[0] || second?.length !== counts[1]) return { reference: [], generated: [] };
  const others = placesOf(second!);
  const shared = [...placesOf(first!)].filter(([name]) => others.has(name));
  return {
    reference: shared.map(([, place]) => place),
    generated: shared.map(([name]) => others.get(name)!),
  };
}

const known = new WeakMap<EmbeddedSet, WeakMap<EmbeddedSet, number>>();

/**
 * How many images of one id stand on both sides, where such images are more alike than their neighbours: reconstructions, translations,
 * distorted copies. 0 where they are not, as files that are merely numbered or sorted alike, or where a side holds no embeddings.
 */
export function pairedImages(sets: Comparison): number {
  const { reference, generated } = sets;
  const kept = known.get(reference) ?? new WeakMap<EmbeddedSet, number>();
  known.set(reference, kept);
  const found = kept.get(generated) ?? countPaired(sets);
  kept.set(generated, found);
  return found;
}

function countPaired(sets: Comparison): number {
  const [first, second] = [sets.reference.embeddings, sets.generated.embeddings];
  if (first === null || second === null || first.d !== second.d) return 0;
  const { reference, generated } = sharedPlaces(sets);
  const count = reference.length;
  if (count < FEWEST_PAIRS) return 0;
  const { ids } = sets.reference;
  const order = Array.from({ length: count }, (_, pair) => pair);
  if (ids !== null) order.sort((i, j) => (ids[reference[i]!]! < ids[reference[j]!]! ? -1 : 1));
  const nearer = Float64Array.from(order, (pair, at) => {
    const other = order[(at + 1) % count]!;
    const i = reference[pair]!;
    return (
      squaredDifference(first, i, second, generated[other]!) -
      squaredDifference(first, i, second, generated[pair]!)
    );
  });
  const error = Math.sqrt(variance(nearer, 1)! / count);
  return mean(nearer)! > TELLING_ERRORS * error ? count : 0;
}

/** Sides that are not drawn apart from each other, told. */
export function pairWarnings(sets: Comparison): readonly Warning[] {
  const count = pairedImages(sets);
  if (count === 0) return [];
  const by =
    sets.reference.ids === null ? 'stand in one place of both sides' : 'have the same id on both sides';
  return [
    {
      code: 'PAIRED_SIDES',
      message: `${countText(count)} images ${by} and are more alike than their neighbours there: distances of such pairs of sets come out lower than of sets drawn apart, by the more the fewer the images`,
    },
  ];
}
