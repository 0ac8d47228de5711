import { createHash } from 'node:crypto';

const SIZE = 2n ** 256n;

/** SHA-256 of the names of a set's images in its order: sets of another order, or with other images, differ. */
export class IdsDigest {
  readonly #hash = createHash('sha256');

  /** @param prefix  what each of them begins with */
  add(ids: Iterable<string>, prefix = ''): this {
    for (const id of ids) this.#hash.update(`${prefix}${id}\0`);
    return this;
  }

  get hex(): string {
    return this.#hash.copy().digest('hex');
  }
}

/** `IdsDigest` of one set. */
export function idsDigest(ids: Iterable<string>, prefix = ''): string {
  return new IdsDigest().add(ids, prefix).hex;
}

/**
 * Digest of a set of images that does not depend on their order and that grows by parts: the sum of the SHA-256 of each
 * image's id and content, modulo 2²⁵⁶. Parts of a divided set add up to the digest of the whole.
 *
 * @example
 * new SetDigest().add({ id: 'a.png', sha256: '00' }).hex === new SetDigest().join(new SetDigest().add({ id: 'a.png', sha256: '00' }).hex).hex; // true
 */
export class SetDigest {
  #sum = 0n;

  add({ id, sha256 }: { readonly id: string; readonly sha256: string }): this {
    return this.join(createHash('sha256').update(`${id}\0${sha256}`).digest('hex'));
  }

  /** Images of a stretch. */
  addAll({ ids, hashes }: { readonly ids: readonly string[]; readonly hashes: readonly string[] }): this {
    for (const [i, id] of ids.entries()) this.add({ id, sha256: hashes[i]! });
    return this;
  }

  /** All images of another digest. */
  join(hex: string): this {
    this.#sum = (this.#sum + BigInt(`0x${hex}`)) % SIZE;
    return this;
  }

  get hex(): string {
    return this.#sum.toString(16).padStart(64, '0');
  }
}
