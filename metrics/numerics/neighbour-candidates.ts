/** The candidates for the k nearest of one vector: all whose distance may be among the k smallest. */
export class NeighbourCandidates {
  readonly #k: number;
  /** places and upper bounds of distances, unordered */
  #places: number[] = [];
  #lows: number[] = [];
  /** the k smallest upper bounds, ascending: no farther one can be among the k nearest */
  readonly #bounds: number[] = [];

  constructor(k: number) {
    this.#k = k;
  }

  offer(place: number, approximate: number, error: number): void {
    const low = approximate - error;
    const bounds = this.#bounds;
    if (bounds.length === this.#k && low > bounds[this.#k - 1]!) return;
    this.#places.push(place);
    this.#lows.push(low);
    const high = approximate + error;
    let at = bounds.length;
    if (at === this.#k && high >= bounds[at - 1]!) return;
    while (at > 0 && bounds[at - 1]! > high) at--;
    bounds.splice(at, 0, high);
    if (bounds.length > this.#k) bounds.pop();
    if (this.#places.length > 8 * this.#k + 32) this.#prune();
  }

  /** Places that may be among the k nearest, in the order in which they came. */
  places(): readonly number[] {
    this.#prune();
    return this.#places;
  }

  #prune(): void {
    const limit = this.#bounds.length < this.#k ? Number.POSITIVE_INFINITY : this.#bounds[this.#k - 1]!;
    const kept = this.#lows.map((low, at) => (low <= limit ? at : -1)).filter((at) => at >= 0);
    this.#places = kept.map((at) => this.#places[at]!);
    this.#lows = kept.map((at) => this.#lows[at]!);
  }
}
