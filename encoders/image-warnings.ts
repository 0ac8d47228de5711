import type { ImageNote } from './encoded-images.js';
import type { Warning } from './encoder.js';
import { type ImageSizes, SizeCounts } from './image-sizes.js';

/** Counts what decoding said of each image, to say it once of the whole set. */
export class ImageWarnings {
  #n = 0;
  readonly #sizes = new SizeCounts();
  readonly #lossy = new Map<string, number>();
  readonly #warnings = new Map<string, { readonly warning: Warning; count: number }>();

  add({ format, lossy, warnings, imageSize: [height, width] }: ImageNote): void {
    this.#n++;
    this.#sizes.add(width, height);
    if (lossy) this.#lossy.set(format, (this.#lossy.get(format) ?? 0) + 1);
    for (const warning of warnings) {
      const known = this.#warnings.get(warning.code) ?? { warning, count: 0 };
      known.count++;
      this.#warnings.set(warning.code, known);
    }
  }

  get sizes(): ImageSizes {
    return this.#sizes.sizes;
  }

  /** One warning a kind, with how many of the set it concerns. */
  list(source: string): readonly Warning[] {
    const lossyCount = [...this.#lossy.values()].reduce((sum, count) => sum + count, 0);
    const formats = [...this.#lossy.keys()].sort().join(', ');
    const lossy: Warning[] =
      lossyCount === 0
        ? []
        : [
            {
              code: 'LOSSY_IMAGES',
              message: `${source}: ${lossyCount} of ${this.#n} images are stored with loss (${formats}), which changes scores; compare sets that are stored alike.`,
            },
          ];
    const others = [...this.#warnings.values()].map(({ warning, count }) => ({
      code: warning.code,
      message: `${source}: ${count} of ${this.#n} images: ${warning.message}`,
    }));
    return [...lossy, ...others];
  }
}
