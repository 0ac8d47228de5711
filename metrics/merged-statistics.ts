import type { EmbeddedSet } from '../encoders/embedded-set.js';
import { mergedSizes } from '../encoders/image-sizes.js';
import { setContent } from '../encoders/set-content.js';
import { SetDigest } from '../encoders/set-digest.js';
import { InputError, NumericalError } from '../errors.js';
import type { Algebra } from '../numerics/algebra.js';
import { type GaussianMoments, mergeMoments } from '../numerics/gaussian-moments.js';
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
 * No two parts may be of the same: merging adds images up, and would count these twice.
 *
 * @param seen  source of each content before; that of the part is added
 */
function requireUnlikeContent(part: EmbeddedSet, seen: Map<string, string>): void {
  const { of, digest } = setContent(part);
  const before = seen.get(`${of} ${digest}`);
  if (before !== undefined)
    throw new InputError('DUPLICATE_CONTENT', {
      where: part.source,
      expected: 'every part must be of other images than the rest, or they are counted twice',
      received: before === part.source ? 'the same file twice' : `the same ${of} as ${before}`,
      help: 'Leave one of the two out.',
      digest,
    });
  seen.set(`${of} ${digest}`, part.source);
}

/**
 * Statistics of several sets together, as if all their images had been one set: n, mean and covariance by Chan's update. Parts that
 * come one after the other are not kept: memory is that of two, however many there are.
 *
 * @throws InputError UNREADABLE_FILE if a part holds no statistics or does not say its n
 * @throws InputError UNREADABLE_FILE if they hold 2⁵³ images or more together
 * @throws NumericalError NOT_POSITIVE_SEMIDEFINITE, naming the part
 * @throws InputError DUPLICATE_CONTENT if two parts are of the same images, or of the same numbers where images are not known;
 *   parts that share only some of their images go unnoticed
 * @throws ProvenanceError UNLIKE_EMBEDDINGS if two parts differ in encoder or preprocessing
 */
export async function mergedStatistics(
  parts: Iterable<EmbeddedSet> | AsyncIterable<EmbeddedSet>,
  algebra: Algebra,
): Promise<EmbeddedSet> {
  const seen = new Map<string, string>();
  const facts: EmbeddedSet[] = []; // without their arrays
  let moments: GaussianMoments | undefined;
  for await (const part of parts) {
    requireCounted(part);
    facts.push({ ...part, moments: null, embeddings: null, logits: null });
    const sources = facts.map(({ source }) => source);
    requireExactCount((moments?.n ?? 0) + part.n!, sources);
    requireUnlikeContent(part, seen);
    requireLikeProvenance({ reference: facts[0]!, generated: part });
    await requireCovariance(part, algebra);
    moments = moments === undefined ? part.moments! : mergeMoments(moments, part.moments!);
  }
  return {
    ...facts[0]!,
    source: facts.map(({ source }) => source).join(' + '),
    n: moments!.n,
    moments: moments!,
    digest: joinedDigest(facts),
    skipped: facts.flatMap(({ skipped }) => skipped),
    warnings: facts.flatMap(({ warnings }) => warnings),
    imageSizes: mergedSizes(facts.map(({ imageSizes }) => imageSizes)),
  };
}

/** Of all images together; null where one part does not know its own. */
function joinedDigest(parts: readonly EmbeddedSet[]): string | null {
  const whole = new SetDigest();
  for (const { digest } of parts) {
    if (digest === null) return null;
    whole.join(digest);
  }
  return whole.hex;
}
