/** Items 0 … n − 1 in disjoint sets, which are joined one pair at a time. */
export class DisjointSets {
  readonly #parents: Int32Array;

  constructor(n: number) {
    this.#parents = Int32Array.from({ length: n }, (_, i) => i);
  }

  /** The first item of the set that holds `item`. */
  find(item: number): number {
    let root = item;
    while (this.#parents[root] !== root) root = this.#parents[root]!;
    for (let at = item; at !== root; ) {
      const next = this.#parents[at]!;
      this.#parents[at] = root;
      at = next;
    }
    return root;
  }

  join(first: number, second: number): void {
    const [a, b] = [this.find(first), this.find(second)];
    if (a !== b) this.#parents[Math.max(a, b)] = Math.min(a, b);
  }

  /** (n): the first item of each item's set */
  roots(): Int32Array {
    return this.#parents.map((_, item) => this.find(item));
  }
}
