import type { EmbeddedSet } from '../encoders/embedded-set.js';
import { type Incomplete, inOrder, type MergedPart, mergedFacts } from '../encoders/merged-facts.js';
import { setContent } from '../encoders/set-content.js';
import { InputError, NumericalError } from '../errors.js';
import type { Algebra } from '../numerics/algebra.js';
import { MomentsSum } from '../numerics/gaussian-moments.js';
import { isIndefinite } from '../numerics/pivoted-cholesky.js';
import { requireLikeProvenance } from './comparable-sets.js';

function requireCounted(set: EmbeddedSet): void {
  if (set.moments !== null && set.n !== null) return;
  throw new InputError('UNREADABLE_FILE', {
    where: set.source,
    expected:
      set.moments === null
        ? 'must hold statistics (mu and sigma) as the other parts do'
        : 'must say of how many images its mean and covariance are (an array n), or parts cannot be weighed',
    help: 'Write it with steadfid stats.',
  });
}

/** What no score would take must not get into a whole, where it might pass. */
async function requireCovariance({ source, moments }: EmbeddedSet, algebra: Algebra): Promise<void> {
  try {
    await algebra.factorOfMoments(moments!);
  } catch (error) {
    if (!isIndefinite(error)) throw error;
    const { details } = error as NumericalError;
    throw new NumericalError(
      'NOT_POSITIVE_SEMIDEFINITE',
      { ...details, where: `${source}, array sigma` },
      { cause: error },
    );
  }
}

/** Counts are whole numbers, and beyond 2⁵³ float64 has not all of them. */
function requireExactCount(n: number, sources: readonly string[]): void {
  if (Number.isSafeInteger(n)) return;
  throw new InputError('UNREADABLE_FILE', {
    where: sources.join(', '),
    expected: 'the parts must hold fewer than 2^53 images together',
    received: `about ${n.toPrecision(4)}`,
    help: 'Correct the array n of the part that is wrong.',
  });
}

/**
 * Statistics of several sets together, as if all their images had been one set: n, mean and covariance by Chan's update, in an order that
 * does not depend on that of the parts. Memory is that of two, however many there are: each part is read twice.
 *
 * @param incomplete  what becomes of a divided set of which parts are missing; default `refused`
 * @throws InputError UNREADABLE_FILE if a part holds no statistics or does not say its n
 * @throws InputError UNREADABLE_FILE if they hold 2⁵³ images or more together
 * @throws NumericalError NOT_POSITIVE_SEMIDEFINITE, naming the part
 * @throws InputError DUPLICATE_CONTENT if two parts are of the same images, or of the same numbers where images are not known, whatever
 *   was merged before; sets that share only some of their images go unnoticed
 * @throws InputError INCOMPLETE_SET as `mergedFacts`
 * @throws ProvenanceError UNLIKE_EMBEDDINGS if two parts differ in encoder or preprocessing, or are of unlike divided sets
 */
export async function mergedStatistics(
  parts: readonly (() => Promise<EmbeddedSet>)[],
  algebra: Algebra,
  incomplete: Incomplete = 'refused',
): Promise<EmbeddedSet> {
  const read: StatisticsPart[] = [];
  let n = 0;
  for (const part of parts) {
    const set = await part();
    requireCounted(set);
    n += set.n!;
    requireExactCount(n, [...read.map(({ path }) => path), set.source]);
    requireLikeProvenance({ reference: read[0]?.set ?? set, generated: set });
    await requireCovariance(set, algebra);
    const { of, digest } = setContent(set);
    const rest = { ...set, moments: null, embeddings: null, logits: null };
    const facts = { ...rest, source: set.images ?? set.source, n: set.n! };
    read.push({ path: set.source, content: `${of} ${digest}`, facts, set: rest, part });
  }
  const facts = mergedFacts(read, incomplete);
  const ordered = inOrder(read);
  const sum = new MomentsSum();
  for (const { part } of ordered) sum.add((await part()).moments!);
  const origin = ordered.find(({ set }) => set.encoder.origin === 'unknown') ?? ordered[0]!;
  return {
    ...origin.set,
    ...facts,
    images: facts.source,
    shards: facts.shards ?? undefined,
    moments: sum.moments,
  };
}

/** A part without its arrays, and how to read it again. */
interface StatisticsPart extends MergedPart {
  readonly set: EmbeddedSet;
  readonly part: () => Promise<EmbeddedSet>;
}
