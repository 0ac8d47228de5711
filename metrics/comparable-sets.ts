import type { EmbeddedSet } from '../encoders/embedded-set.js';
import type { EncoderIdentity } from '../encoders/encoder.js';
import {
  InputError,
  NumericalError,
  OptionError,
  ProvenanceError,
  SampleSizeError,
  ShapeError,
} from '../errors.js';
import type { Rows } from '../numerics/rows.js';
import { rows } from '../numerics/rows.js';
import type { Comparison, ImageCounts } from './metric-definition.js';

export const SIDES = ['reference', 'generated'] as const;

/** `inception-v3-fid@9f2c41aa, torch-bilinear 299, -1..1`: as much of an encoder as distinguishes it from others. */
function named({ id, sha256, preprocessing }: EncoderIdentity): string {
  const hash = sha256 === null ? '' : `@${sha256.slice(0, 8)}`;
  return `${id}${hash}${preprocessing === null ? '' : ` (${preprocessing})`}`;
}

/**
 * That both sets come from one network and one preprocessing, as far as their files say. A set of unknown origin passes, for
 * it carries its own warning.
 *
 * @throws ProvenanceError UNLIKE_EMBEDDINGS naming both
 */
export function requireLikeProvenance({ reference, generated }: Comparison): void {
  const first = reference.encoder;
  const second = generated.encoder;
  if (first.origin === 'unknown' || second.origin === 'unknown') return;
  const differ = (a: string | null, b: string | null): boolean => a !== null && b !== null && a !== b;
  if (
    first.id !== second.id ||
    differ(first.sha256, second.sha256) ||
    differ(first.preprocessing, second.preprocessing)
  ) {
    throw new ProvenanceError('UNLIKE_EMBEDDINGS', {
      where: `${reference.source}, ${generated.source}`,
      expected: 'both sides must come from one encoder and one preprocessing',
      received: `${named(first)} and ${named(second)}`,
      help: 'Encode one side again with the encoder of the other.',
      reference: first,
      generated: second,
    });
  }
}

function missing(metric: string, set: EmbeddedSet, expected: string, help: string): OptionError {
  return new OptionError('CONFLICTING_OPTIONS', {
    where: `--metric ${metric}`,
    expected,
    received: set.source,
    help,
  });
}

/**
 * The embeddings of a set, finite and more than none.
 *
 * @throws OptionError CONFLICTING_OPTIONS if the file holds statistics alone
 * @throws NumericalError NOT_FINITE naming row and column
 * @throws SampleSizeError TOO_FEW_SAMPLES for an empty set
 */
export function requireEmbeddings(set: EmbeddedSet, metric: string): Rows {
  if (set.embeddings === null) {
    throw missing(
      metric,
      set,
      'the metric needs the embedding of every image, and this side has only their mean and covariance',
      'Give the images, or the file that `steadfid encode` wrote.',
    );
  }
  return requireRows(set.embeddings, set, metric);
}

/**
 * The logits of a set, finite and more than none.
 *
 * @throws OptionError CONFLICTING_OPTIONS if the encoder does not classify
 * @throws InputError UNREADABLE_FILE if they are probabilities: a second softmax would level them
 * @throws NumericalError NOT_FINITE naming row and column
 * @throws SampleSizeError TOO_FEW_SAMPLES for an empty set
 */
export function requireLogits(set: EmbeddedSet, metric: string): Rows {
  if (set.logits === null) {
    throw missing(
      metric,
      set,
      `the metric needs class logits, and ${set.encoder.id} gives none`,
      'Choose an encoder that classifies, or leave this metric out.',
    );
  }
  const logits = requireRows(set.logits, set, metric);
  requireLogitRows(logits, set.source, metric);
  return logits;
}

/**
 * That rows of logits are no probabilities.
 *
 * @throws InputError UNREADABLE_FILE
 */
export function requireLogitRows(logits: Rows, where: string, metric = where): void {
  if (!areProbabilities(logits)) return;
  throw new InputError('UNREADABLE_FILE', {
    where,
    expected: `${metric} needs class logits`,
    received: 'probabilities: every row lies within 0 … 1 and sums to 1',
    help: 'Give the output of the network before the softmax, or the logarithms of the probabilities.',
  });
}

/** Of probabilities that were rounded to float16, up to a thousand classes. */
const PROBABILITY_TOLERANCE = 1e-3;

/** Whether every row of two or more classes is a distribution over them; logits fail at the first row. */
function areProbabilities({ n, d, data }: Rows): boolean {
  for (let i = 0; i < n; i++) {
    let sum = 0;
    for (let at = i * d; at < (i + 1) * d; at++) {
      const value = data[at]!;
      if (value < 0 || value > 1) return false;
      sum += value;
    }
    if (Math.abs(sum - 1) > PROBABILITY_TOLERANCE) return false;
  }
  return n > 0 && d > 1;
}

function requireRows(vectors: Rows, set: EmbeddedSet, metric: string): Rows {
  if (vectors.n < 1) throw tooFewImages(metric, set, vectors.n, 1);
  return rows(vectors.data, { n: vectors.n, d: vectors.d, name: set.source });
}

/** `fid: real/ must hold at least 2 images; got 1. Supply 1 more.` */
export function tooFewImages(
  metric: string,
  set: Pick<EmbeddedSet, 'source'>,
  n: number,
  needed: number,
): SampleSizeError {
  return new SampleSizeError('TOO_FEW_SAMPLES', {
    where: metric,
    expected: `${set.source} must hold at least ${needed} image${needed === 1 ? '' : 's'}`,
    received: String(n),
    help: `Supply ${needed - n} more.`,
    n,
    needed,
  });
}

/**
 * The embeddings of both sides, of one length.
 *
 * @param needed  how many images each side must have
 * @throws ShapeError SHAPE_MISMATCH if the vectors differ in length
 * @throws SampleSizeError TOO_FEW_SAMPLES and what `requireEmbeddings` says
 */
export function requireEmbeddingPair(
  sets: Comparison,
  metric: string,
  needed: number,
): { readonly reference: Rows; readonly generated: Rows } {
  const reference = requireEmbeddings(sets.reference, metric);
  const generated = requireEmbeddings(sets.generated, metric);
  requireEqualWidth(sets, reference.d, generated.d);
  if (reference.n < needed) throw tooFewImages(metric, sets.reference, reference.n, needed);
  if (generated.n < needed) throw tooFewImages(metric, sets.generated, generated.n, needed);
  return { reference, generated };
}

/** @throws SampleSizeError TOO_FEW_SAMPLES if a side is known to have fewer images */
export function requireEach(counts: ImageCounts, metric: string, needed: number): void {
  for (const side of SIDES) {
    const { n } = counts[side];
    if (n !== null && n < needed) throw tooFewImages(metric, counts[side], n, needed);
  }
}

/** @throws ShapeError SHAPE_MISMATCH if the two sides' vectors differ in length */
export function requireEqualWidth(sets: Comparison, reference: number, generated: number): void {
  if (reference !== generated) {
    throw new ShapeError('SHAPE_MISMATCH', {
      where: `${sets.reference.source}, ${sets.generated.source}`,
      expected: 'both sides must have embeddings of one length',
      received: `${reference} and ${generated}`,
      help: 'Encode one side again with the encoder of the other.',
    });
  }
}

/** Squares of it lie 60 binary digits above the smallest that float64 holds in full, 2⁻¹⁰²². */
const LEAST_DIFFERENCE = 2 ** -480;

/** The first vector of a set, or its mean where only that is known. */
function anyVector({ embeddings, moments }: Comparison['reference']): Float32Array | Float64Array | null {
  return embeddings === null ? (moments?.mean ?? null) : embeddings.data.subarray(0, embeddings.d);
}

/** How far the vectors of a set lie from one at most, along an axis; to the first that is far enough. */
function largestDifference(
  { embeddings, moments }: Comparison['reference'],
  from: Float32Array | Float64Array,
): number {
  const d = from.length;
  const vectors = embeddings?.data ?? moments?.mean ?? [];
  let largest = 0;
  for (let i = 0; i < vectors.length && largest < LEAST_DIFFERENCE; i++)
    largest = Math.max(largest, Math.abs(vectors[i]! - from[i % d]!));
  if (embeddings !== null || moments === null) return largest;
  for (let j = 0; j < d; j++) largest = Math.max(largest, Math.sqrt(moments.covariance[j * (d + 1)]!));
  return largest;
}

/**
 * That squared differences of the embeddings keep their digits, or are all 0: what underflows would look like equal sets.
 *
 * @throws NumericalError DIGITS_LOST with the largest difference
 */
export function requireSquares(sets: Comparison, metric: string): void {
  const from = anyVector(sets.reference);
  if (from === null || from.length !== anyVector(sets.generated)?.length) return; // refused elsewhere
  const largest = Math.max(...SIDES.map((side) => largestDifference(sets[side], from)));
  if (!(largest > 0 && largest < LEAST_DIFFERENCE)) return;
  throw new NumericalError('DIGITS_LOST', {
    where: metric,
    expected: `embeddings must differ by ${LEAST_DIFFERENCE.toPrecision(2)} or more, or their squares lose their digits in float64`,
    received: `at most ${largest.toPrecision(2)}`,
    help: 'Multiply the embeddings of both sides by the same number.',
  });
}
