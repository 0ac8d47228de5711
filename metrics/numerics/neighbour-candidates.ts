/** The k nearest of one vector, nearest first. */
export interface NearestFew {
  /** in order of distance, and of place where that is equal */
  readonly places: readonly number[];
  readonly squaredDistances: readonly number[];
}

/**
 * The k nearest of one vector, decided by differences: distances with a bound of their error find candidates, of which few are
 * waiting at a time, however many are equally near.
 */
export class NeighbourCandidates {
  readonly #k: number;
  readonly #exact: (place: number) => number;
  /** the k nearest of those whose differences were taken, in order */
  #places: number[] = [];
  #squares: number[] = [];
  /** the k smallest upper bounds, ascending: no farther one can be among the k nearest */
  #bounds: number[] = [];
  /** places and lower bounds of those that may yet be among them */
  #waiting: number[] = [];
  #lows: number[] = [];

  /** @param exact  squared distance of a place, by differences */
  constructor(k: number, exact: (place: number) => number) {
    this.#k = k;
    this.#exact = exact;
  }

  /** @param place  above all that came before */
  offer(place: number, approximate: number, error: number): void {
    const k = this.#k;
    const low = approximate - error;
    const bounds = this.#bounds;
    if (bounds.length === k && (low > bounds[k - 1]! || bounds[k - 1] === 0)) return; // nothing is nearer than 0
    this.#waiting.push(place);
    this.#lows.push(low);
    if (this.#waiting.length > 4 * k + 16) this.#settle();
    else insert(bounds, approximate + error, k);
  }

  nearest(): NearestFew {
    this.#settle();
    return { places: this.#places, squaredDistances: this.#squares };
  }

  #settle(): void {
    const k = this.#k;
    const limit = this.#bounds[k - 1] ?? Number.POSITIVE_INFINITY;
    this.#waiting.forEach((place, i) => {
      if (this.#lows[i]! > limit || this.#squares[k - 1] === 0) return;
      const square = this.#exact(place);
      const at = insert(this.#squares, square, k);
      if (at === undefined) return;
      this.#places.splice(at, 0, place);
      this.#places.length = this.#squares.length;
    });
    this.#waiting = [];
    this.#lows = [];
    this.#bounds = [...this.#squares];
  }
}

/** Puts a value into the k smallest, after those equal to it; where it came to stand, or undefined. */
function insert(ascending: number[], value: number, k: number): number | undefined {
  let at = ascending.length;
  if (at === k && !(value < ascending[k - 1]!)) return undefined;
  while (at > 0 && ascending[at - 1]! > value) at--;
  ascending.splice(at, 0, value);
  if (ascending.length > k) ascending.pop();
  return at;
}
