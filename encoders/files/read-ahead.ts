import type { FileHandle } from 'node:fs/promises';
import { RandomAccessReader } from 'yauzl';

const BLOCK = 1 << 18;

/**
 * Random access over an open file that reads 256 KiB ahead: a zip's directory is many small reads in a row. The file
 * stays open when yauzl is done with it; whoever opened it closes it.
 */
export class ReadAhead extends RandomAccessReader {
  readonly #file: FileHandle;
  #block: Uint8Array = new Uint8Array(0);
  #start = 0;

  constructor(file: FileHandle) {
    super();
    this.#file = file;
  }

  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null, bytesRead?: number) => void,
  ): void {
    this.#bytesAt(position, length).then(
      (bytes) => {
        buffer.set(bytes, offset);
        callback(null, bytes.length);
      },
      (error: Error) => callback(error),
    );
  }

  async #bytesAt(position: number, length: number): Promise<Uint8Array> {
    const inside = position >= this.#start && position + length <= this.#start + this.#block.length;
    if (!inside) {
      const block = new Uint8Array(Math.max(length, BLOCK));
      const { bytesRead } = await this.#file.read(block, 0, block.length, position);
      this.#block = block.subarray(0, bytesRead);
      this.#start = position;
    }
    const from = position - this.#start;
    return this.#block.subarray(from, from + length);
  }
}
