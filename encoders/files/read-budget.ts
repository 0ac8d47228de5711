import { InputError } from '../../errors.js';

/** More than any file that a program saves needs: the largest of the published checkpoints takes 3 for each byte. */
const STEPS_PER_BYTE = 64;
/** What a file of any size may take. */
const FREE_STEPS = 2 ** 20;

/**
 * The work that a file may cause. Whoever reads it spends a step for each thing that it makes, copies or looks at, before
 * it does so; a file whose few bytes stand for endless work is refused. Time and memory are linear in the file that way,
 * however it is made.
 */
export class ReadBudget {
  readonly #where: string;
  readonly #bytes: number;
  #left: number;

  /**
   * @param where  the file, as errors name it
   * @param bytes  of the file, or of its part, as it lies on the disk
   */
  constructor(where: string, bytes: number) {
    this.#where = where;
    this.#bytes = bytes;
    this.#left = FREE_STEPS + STEPS_PER_BYTE * bytes;
  }

  /** @throws InputError UNREADABLE_FILE if more was spent than the bytes explain */
  spend(steps: number): void {
    this.#left -= steps;
    if (this.#left >= 0) return; // never of NaN, which no count is
    throw new InputError('UNREADABLE_FILE', {
      where: this.#where,
      expected: `must hold no more than its ${this.#bytes.toLocaleString('en-US')} bytes explain`,
      help: 'It stands for far more work than a file of its size can need, and was not read on.',
    });
  }
}
