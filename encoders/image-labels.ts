import type { ImageSet } from './images/image-set.js';

/** One label for each image of a set: its class, its prompt, its video. */
export interface ImageLabels {
  /** where they come from, for texts: `subfolders`, `labels.csv` */
  readonly from: string;
  /** (n), row by row */
  readonly labels: readonly string[];
}

/**
 * The classes that a set of images names itself.
 *
 * @param ids  of the images that are taken, in their order
 * @returns null where it names none, or not those of all images
 */
export async function storedLabels(set: ImageSet, ids: readonly string[]): Promise<ImageLabels | null> {
  const stored = (await set.labels?.()) ?? null;
  if (stored === null || ids.length === 0) return null;
  const labels = ids.map((id) => stored.byId.get(id));
  return labels.every((label) => label !== undefined) ? { from: stored.from, labels } : null;
}

/**
 * Labels as numbers, in the order in which they first appear.
 *
 * @returns numbers of the images (n), and how many images each has
 */
export function numberedLabels(labels: readonly string[]): {
  readonly numbers: Int32Array;
  readonly counts: readonly number[];
} {
  const known = new Map<string, number>();
  const counts: number[] = [];
  const numbers = Int32Array.from(labels, (label) => {
    const number = known.get(label) ?? known.size;
    known.set(label, number);
    counts[number] = (counts[number] ?? 0) + 1;
    return number;
  });
  return { numbers, counts };
}
