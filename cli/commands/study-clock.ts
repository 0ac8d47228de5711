import { durationText } from '../../sample-size-study/study-plan-text.js';

/** Where the time of a study goes: for the screen alone, for no file may depend on it. */
export class StudyClock {
  readonly #spent = new Map<string, number>();
  readonly #start = performance.now();
  #last = this.#start;

  /** Books the time since the last call to what has just been done. */
  note(what: string): void {
    const now = performance.now();
    this.#spent.set(what, (this.#spent.get(what) ?? 0) + now - this.#last);
    this.#last = now;
  }

  /** `took 3.1 min: encoding 2 min, fid 40 s`; undefined where nothing was done. */
  text(): string | undefined {
    if (this.#spent.size === 0) return undefined;
    const parts = [...this.#spent].map(([what, ms]) => `${what} ${durationText(ms)}`);
    return `took ${durationText(performance.now() - this.#start)}: ${parts.join(', ')}`;
  }
}
