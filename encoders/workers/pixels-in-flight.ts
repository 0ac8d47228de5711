/** A photograph of 24 million pixels, or 24 pictures of a million: of 3 to 8 bytes each while they are decoded. */
const MOST_PIXELS = 3 * 2 ** 23;

interface Waiting {
  readonly pixels: number;
  readonly admit: () => void;
}

/**
 * Pixels that all threads together have in memory while they decode. Who waits longest goes first; an image larger than all
 * that may be in flight is decoded when nothing else is.
 */
export class PixelsInFlight {
  readonly #most: number;
  #inFlight = 0;
  readonly #waiting: Waiting[] = [];

  constructor(most = MOST_PIXELS) {
    this.#most = most;
  }

  async acquire(pixels: number): Promise<void> {
    await new Promise<void>((admit) => {
      this.#waiting.push({ pixels, admit });
      this.#admitNext();
    });
  }

  /** @param pixels  as many as were acquired */
  release(pixels: number): void {
    this.#inFlight -= pixels;
    this.#admitNext();
  }

  #admitNext(): void {
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      if (this.#inFlight > 0 && this.#inFlight + next.pixels > this.#most) return;
      this.#waiting.shift();
      this.#inFlight += next.pixels;
      next.admit();
    }
  }
}
