import type { ImageNote } from './encoded-images.js';
import type { Warning } from './encoder.js';
import { type ImageSizes, SizeCounts } from './image-sizes.js';
import type { ImageNotes } from './provenance.js';

const LOSSY = 'LOSSY_IMAGES';

/** Counts what decoding said of each image, to say it once of the whole set. */
export class ImageWarnings {
  #n = 0;
  readonly #sizes = new SizeCounts();
  readonly #lossy = new Map<string, number>();
  readonly #warnings = new Map<string, Warning & { count: number }>();

  add({ format, lossy, warnings, imageSize: [height, width] }: ImageNote): void {
    this.#n++;
    this.#sizes.add(width, height);
    if (lossy) this.#addLossy(format, 1);
    for (const warning of warnings) this.#addWarning(warning, 1);
  }

  /** What was counted of other images. */
  join({ n, lossy, warnings }: ImageNotes): void {
    this.#n += n;
    for (const [format, count] of Object.entries(lossy)) this.#addLossy(format, count);
    for (const { count, ...warning } of warnings) this.#addWarning(warning, count);
  }

  #addLossy(format: string, count: number): void {
    this.#lossy.set(format, (this.#lossy.get(format) ?? 0) + count);
  }

  #addWarning({ code, message }: Warning, count: number): void {
    const known = this.#warnings.get(code) ?? { code, message, count: 0 };
    known.count += count;
    this.#warnings.set(code, known);
  }

  get sizes(): ImageSizes {
    return this.#sizes.sizes;
  }

  get notes(): ImageNotes {
    const lossy = [...this.#lossy].sort(([a], [b]) => (a < b ? -1 : 1));
    return { n: this.#n, lossy: Object.fromEntries(lossy), warnings: [...this.#warnings.values()] };
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
              code: LOSSY,
              message: `${source}: ${lossyCount} of ${this.#n} images are stored with loss (${formats}), which changes scores; compare sets that are stored alike.`,
            },
          ];
    const others = [...this.#warnings.values()].map(({ code, message, count }) => ({
      code,
      message: `${source}: ${count} of ${this.#n} images: ${message}`,
    }));
    return [...lossy, ...others];
  }
}

/** Whether a set's warning is one of those that are made of its notes. */
export function isOfNotes({ code }: Warning, { warnings }: ImageNotes): boolean {
  return code === LOSSY || warnings.some((warning) => warning.code === code);
}
