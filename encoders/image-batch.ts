import { OptionError } from '../errors.js';
import type { PreparedEntry } from './image-preparation.js';

export type NewEntry = PreparedEntry & { readonly kind: 'new' };

/** Images side by side as a network takes them. */
export interface ImageBatch {
  /** (n, 3, height, width) */
  readonly images: Float32Array;
  readonly shape: { readonly n: number; readonly height: number; readonly width: number };
}

/** Memory for batches that is used again, batch after batch; shared, so that no thread has to copy it to read it. */
export class BatchMemory {
  readonly #free: Float32Array[] = [];

  /** The entries' tensors after each other. */
  filled(entries: readonly NewEntry[]): ImageBatch {
    const { tensor, note } = entries[0]!;
    const [height, width] = note.inputSize;
    const images = this.#taken(entries.length * tensor.length);
    entries.forEach((entry, i) => {
      images.set(entry.tensor, i * tensor.length);
    });
    return { images, shape: { n: entries.length, height, width } };
  }

  #taken(length: number): Float32Array {
    const memory = this.#free.pop();
    const large =
      memory !== undefined && memory.buffer.byteLength >= 4 * length
        ? memory.buffer
        : new SharedArrayBuffer(4 * length);
    return new Float32Array(large, 0, length);
  }

  release({ images }: ImageBatch): void {
    this.#free.push(images);
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
