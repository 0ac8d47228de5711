import { InputError } from '../errors.js';

/** Two sets of ids, one of them the images', as far as they name the same things. */
export interface IdMatch {
  /** which part of the ids was compared */
  readonly by: string;
  /** from the image's id to the other's */
  readonly pairs: ReadonlyMap<string, string>;
  /** images without a partner */
  readonly imagesAlone: readonly string[];
  /** the others without an image */
  readonly othersAlone: readonly string[];
}

/** What to do about ids on one side alone. */
export type MissingIds = 'refuse' | 'allow';

const ALLOW_MISSING = 'Complete the two, or pass --allow-missing to go on with the ids that both have.';

function byKey(ids: readonly string[], { key }: IdKey): ReadonlyMap<string, string> | 'ambiguous' {
  const found = new Map<string, string>();
  for (const id of ids) {
    const value = key(id);
    if (value === undefined) continue;
    if (found.has(value)) return 'ambiguous';
    found.set(value, id);
  }
  return found;
}

/**
 * Which image belongs to which score, map or mask: by id, never by position. The ids are compared as they are, then
 * without extension, without folder, and by the number in the name; the first reading that pairs all is taken, or else
 * the one that pairs most.
 *
 * @param images  ids of the images
 * @param others  ids of what is joined to them
 * @param help  what to do where some are missing; default: a command with --allow-missing
 * @throws InputError DUPLICATE_IDS if an id occurs twice on one side
 * @throws InputError MISSING_IDS if an id has no partner and `missing` is `refuse`, or if no id has one
 */
export function idMatch(
  images: NamedIds,
  others: NamedIds,
  { missing, help = ALLOW_MISSING }: { readonly missing: MissingIds; readonly help?: string },
): IdMatch {
  requireUnique(images);
  requireUnique(others);
  let best: IdMatch | undefined;
  for (const idKey of ID_KEYS) {
    const [ours, theirs] = [byKey(images.ids, idKey), byKey(others.ids, idKey)];
    if (ours === 'ambiguous' || theirs === 'ambiguous') continue;
    const pairs = new Map(
      [...ours].flatMap(([key, id]) => (theirs.has(key) ? [[id, theirs.get(key)!]] : [])),
    );
    if (best !== undefined && pairs.size <= best.pairs.size) continue;
    const matched = new Set(pairs.values());
    best = {
      by: idKey.name,
      pairs,
      imagesAlone: images.ids.filter((id) => !pairs.has(id)),
      othersAlone: others.ids.filter((id) => !matched.has(id)),
    };
  }
  const match = best!; // unique ids are never ambiguous as they are
  if (match.pairs.size === 0) throw nothingMatches(images, others);
  if (missing === 'refuse' && match.imagesAlone.length + match.othersAlone.length > 0) {
    throw someMissing(images, others, { match, help });
  }
  return match;
}

function nothingMatches(images: NamedIds, others: NamedIds): InputError {
  return new InputError('MISSING_IDS', {
    where: others.source,
    expected: `must name the images of ${images.source} by their ids`,
    received: `no id in common: ${firstFive(others.ids) || 'none'}, where the images are ${firstFive(images.ids) || 'none'}`,
    help: 'An id is the file name without extension, or the number in it as BayesDiff writes it.',
  });
}

function someMissing(
  images: NamedIds,
  others: NamedIds,
  { match: { imagesAlone, othersAlone }, help }: { readonly match: IdMatch; readonly help: string },
): InputError {
  const sides = [
    ...(imagesAlone.length > 0
      ? [`${imagesAlone.length} of ${images.ids.length} images have none (${firstFive(imagesAlone)})`]
      : []),
    ...(othersAlone.length > 0
      ? [`${othersAlone.length} of ${others.ids.length} ids have no image (${firstFive(othersAlone)})`]
      : []),
  ];
  return new InputError('MISSING_IDS', {
    where: others.source,
    expected: `must have one entry for each image of ${images.source} and no other`,
    received: sides.join('; '),
    help,
    imagesAlone,
    othersAlone,
  });
}

/** One way of reading an image's id out of a file name, so that `img_1000003.png` and a map called `1000003` meet. */
interface IdKey {
  /** what messages call the compared part of a name */
  readonly name: string;
  /** undefined where the id cannot be read that way */
  key(id: string): string | undefined;
}

const FILE_EXTENSION = /\.(png|jpe?g|webp|bmp|tiff?|gif|ppm|pgm|avif|npy|npz|pth|pt)$/i;
const NUMBERED = /^(?:[a-z]+_)?(\d+)$/i;

const withoutExtension = (id: string) => id.replace(FILE_EXTENSION, '');
const baseName = (id: string) => withoutExtension(id).replace(/^.*\//, '');

/** From the strictest to the most lenient. */
const ID_KEYS: readonly IdKey[] = [
  { name: 'id', key: (id) => id },
  { name: 'path without extension', key: withoutExtension },
  { name: 'file name without extension', key: baseName },
  { name: 'number in the file name', key: (id) => NUMBERED.exec(baseName(id))?.[1] },
];

/** Ids, and what the caller calls where they come from. */
export interface NamedIds {
  readonly source: string;
  readonly ids: readonly string[];
}

/**
 * The first five, and how many more.
 *
 * @example
 * firstFive(['a', 'b', 'c', 'd', 'e', 'f', 'g']); // a, b, c, d, e and 2 more
 */
export function firstFive(ids: readonly string[]): string {
  const rest = ids.length - 5;
  return `${ids.slice(0, 5).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}

/** @throws InputError DUPLICATE_IDS naming the first five ids that occur twice */
export function requireUnique({ source, ids }: NamedIds): void {
  const seen = new Set<string>();
  const twice = new Set(ids.filter((id) => seen.size === seen.add(id).size));
  if (twice.size === 0) return;
  throw new InputError('DUPLICATE_IDS', {
    where: source,
    expected: 'every id must occur once',
    received: `${twice.size} that occur more than once: ${firstFive([...twice])}`,
    help: 'Leave one line or file for each image.',
    ids: [...twice],
  });
}
