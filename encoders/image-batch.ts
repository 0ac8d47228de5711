import { OptionError } from '../errors.js';
import type { PreparedEntry } from './image-preparation.js';
import type { Preprocessing } from './images/preprocessing.js';

export type NewEntry = PreparedEntry & { readonly kind: 'new' };

/** Images side by side as a network takes them. */
export interface ImageBatch {
  /** (n, 3, height, width) */
  readonly images: Float32Array;
  readonly shape: { readonly n: number; readonly height: number; readonly width: number };
}

/**
 * Memory for batches that is used again, batch after batch. It is shared, so that the threads that prepare images write
 * to it and the network's reads from it, and nothing is copied between.
 */
export class BatchMemory {
  readonly #free: SharedArrayBuffer[] = [];
  readonly #batchSize: number;
  readonly #inputLength: number | null;

  /** @param preprocessing  of the images; where it does not resize, sizes are known when they come */
  constructor(batchSize: number, { resize }: Preprocessing) {
    this.#batchSize = batchSize;
    const [height, width] = typeof resize === 'number' ? [resize, resize] : (resize ?? []);
    this.#inputLength = height === undefined || width === undefined ? null : 3 * height * width;
  }

  /** A place for each image of the next batch; none where their size is not known yet. */
  slots(): readonly (Float32Array | undefined)[] {
    const length = this.#inputLength;
    if (length === null) return [];
    const buffer = this.#taken(4 * this.#batchSize * length);
    return Array.from(
      { length: this.#batchSize },
      (_, i) => new Float32Array(buffer, 4 * i * length, length),
    );
  }

  /** The entries' tensors after each other: moved together where some of the batch are not there. */
  filled(entries: readonly NewEntry[]): ImageBatch {
    const { tensor, note } = entries[0]!;
    const [height, width] = note.inputSize;
    const { length, buffer } = tensor;
    const shared = buffer instanceof SharedArrayBuffer ? buffer : this.#taken(4 * this.#batchSize * length);
    const images = new Float32Array(shared, 0, entries.length * length);
    entries.forEach((entry, i) => {
      const inPlace = entry.tensor.buffer === shared && entry.tensor.byteOffset === 4 * i * length;
      if (!inPlace) images.set(entry.tensor, i * length);
    });
    return { images, shape: { n: entries.length, height, width } };
  }

  #taken(byteLength: number): SharedArrayBuffer {
    const memory = this.#free.pop();
    return memory !== undefined && memory.byteLength >= byteLength
      ? memory
      : new SharedArrayBuffer(byteLength);
  }

  release(array: Float32Array | undefined): void {
    if (array?.buffer instanceof SharedArrayBuffer) this.#free.push(array.buffer);
  }
}

/** Refuses images whose network inputs differ in size, which no batch can hold. */
export class OneSize {
  #first: { readonly name: string; readonly size: readonly [number, number] } | undefined;

  /** @throws OptionError CONFLICTING_OPTIONS naming the first image and the first of another size */
  require(name: string, size: readonly [number, number]): void {
    this.#first ??= { name, size };
    const [height, width] = this.#first.size;
    if (size[0] === height && size[1] === width) return;
    throw new OptionError('CONFLICTING_OPTIONS', {
      where: name,
      expected: `all images must share one size, for the encoder does not resize them: ${this.#first.name} is ${width} × ${height} pixels`,
      received: `${size[1]} × ${size[0]}`,
      help: 'Give "resize" in the encoder’s .json a size, or resize the images beforehand.',
    });
  }
}
