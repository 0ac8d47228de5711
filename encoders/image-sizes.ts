/** How many images of a set come to the encoder at one size, an orientation applied where it was asked for. */
export interface ImageSizeCount {
  readonly width: number;
  readonly height: number;
  readonly count: number;
}

/** All sizes of the images of a set, the commonest first. */
export type ImageSizes = readonly ImageSizeCount[];

/** Counts the sizes of images as they come. */
export class SizeCounts {
  readonly #counts = new Map<string, ImageSizeCount>();

  add(width: number, height: number, count = 1): void {
    const key = `${width} ${height}`;
    this.#counts.set(key, { width, height, count: (this.#counts.get(key)?.count ?? 0) + count });
  }

  get sizes(): ImageSizes {
    return [...this.#counts.values()].sort(
      (a, b) => b.count - a.count || a.width - b.width || a.height - b.height,
    );
  }
}

/** Sizes of several sets together; undefined where one does not say its own. */
export function mergedSizes(parts: readonly (ImageSizes | undefined)[]): ImageSizes | undefined {
  const counts = new SizeCounts();
  for (const part of parts) {
    if (part === undefined) return undefined;
    for (const { width, height, count } of part) counts.add(width, height, count);
  }
  return counts.sizes;
}
