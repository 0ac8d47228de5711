import { defined } from '../defined.js';
import type { Warning } from '../encoders/encoder.js';
import { VERSION } from '../encoders/encoder.js';
import { decodeImage } from '../encoders/images/decode-image.js';
import type { Image } from '../encoders/images/image.js';
import type { ImageEntry, ImageSet } from '../encoders/images/image-set.js';
import { openImageSet } from '../encoders/images/open-image-set.js';
import { InputError, SampleSizeError } from '../errors.js';
import {
  type ImageSimilarity,
  imageSimilarity,
  LEAST_MS_SSIM_SIDE,
  type SimilarityColor,
  SSIM_WINDOW,
} from '../metrics/image-similarity.js';
import { mean, standardDeviation } from '../numerics/mean-and-variance.js';
import { countText } from '../numerics/number-text.js';
import { studentQuantile } from '../numerics/student-t.js';
import { throwIfAborted } from '../numerics/throw-if-aborted.js';
import { closeAll } from '../onnx/close-all.js';
import { idMatch } from '../uncertainty/id-match.js';
import { openPerceptualDistance } from './perceptual-distance.js';
import { score } from './score.js';
import type { ScoreReport } from './score-report.js';
import type { ScoreRequest } from './score-request.js';

const LEVEL = 0.95;
/** Pairs that tables and pages show, those of the lowest PSNR. */
const WORST = 8;

/** Similarities of a pair, and what tables call them. */
export const SIMILARITIES = {
  psnr: {
    title: 'peak signal-to-noise ratio',
    label: 'PSNR',
    unit: 'dB',
    formula: '10·log₁₀(255²/MSE), MSE over all values of a pair',
    missing: 'of equal images it is infinite',
  },
  ssim: {
    title: 'structural similarity',
    label: 'SSIM',
    unit: '',
    formula:
      'Gaussian window 11 × 11, σ = 1.5, K = 0.01 and 0.03, population variances, windows inside the image',
    missing: `an image is smaller than ${SSIM_WINDOW} × ${SSIM_WINDOW} pixels`,
  },
  msSsim: {
    title: 'multi-scale structural similarity',
    label: 'MS-SSIM',
    unit: '',
    formula:
      'five scales by 2 × 2 means, weights 0.0448, 0.2856, 0.3001, 0.2363, 0.1333; a mean below 0 counts as 0',
    missing: `an image is smaller than ${LEAST_MS_SSIM_SIDE} × ${LEAST_MS_SSIM_SIDE} pixels`,
  },
  lpips: {
    title: 'learned perceptual image patch similarity',
    label: 'LPIPS',
    unit: '',
    formula: 'the given network of both images as they are, scaled to −1 … 1',
    missing: 'the network gave none',
  },
} as const satisfies Readonly<Record<keyof ImageSimilarity | 'lpips', unknown>>;

export type SimilarityName = keyof typeof SIMILARITIES;

/** The mean of a similarity over pairs. */
export interface MeanSimilarity {
  readonly measure: SimilarityName;
  /** null where it exists of no pair */
  readonly value: number | null;
  /** why the value is null, or is a mean of fewer pairs */
  readonly reason?: string;
  /** of the mean over pairs drawn independently; null for fewer than two */
  readonly standardError: number | null;
  readonly interval: { readonly low: number; readonly high: number; readonly level: number } | null;
  readonly direction: 'higher-is-better' | 'lower-is-better';
  /** pairs that it is of */
  readonly n: number;
}

/** One original and what became of it. */
export interface ReconstructedPair extends ImageSimilarity {
  /** of the original */
  readonly id: string;
  readonly decoded: string;
  readonly width: number;
  readonly height: number;
  /** where its network was given */
  readonly lpips?: number;
}

/** What `reconstruct --json` prints: schema `steadfid/reconstruction/1`. */
export interface ReconstructionReport {
  readonly schema: 'steadfid/reconstruction/1';
  readonly version: string;
  readonly originals: { readonly source: string; readonly n: number };
  readonly decoded: { readonly source: string; readonly n: number };
  /** which part of the ids was compared */
  readonly joinedBy: string;
  readonly color: SimilarityColor;
  /** the network of LPIPS, where one was given */
  readonly lpips?: { readonly source: string; readonly sha256: string };
  readonly measures: readonly MeanSimilarity[];
  /** in the order of the originals */
  readonly pairs: readonly ReconstructedPair[];
  /** ids of the pairs of the lowest PSNR, lowest first */
  readonly worst: readonly string[];
  /** distances of the two sets; null where none was asked for */
  readonly sets: ScoreReport | null;
  readonly warnings: readonly Warning[];
}

/** A reconstruction to be measured: both sides are sources of images. */
export interface ReconstructionRequest extends Omit<ScoreRequest, 'reference' | 'generated' | 'onSets'> {
  readonly originals: string;
  readonly decoded: string;
  /** path of an ONNX file of LPIPS: two images (1, 3, height, width) in −1 … 1 to one number; default none */
  readonly lpips?: string;
  /** default `rgb` */
  readonly color?: SimilarityColor;
  /** ids of metrics of the two sets; empty: none, and no network runs */
  readonly metrics: readonly string[];
  readonly onPair?: (done: number, total: number) => void;
}

async function decoded(
  { id, load }: ImageEntry,
  source: string,
  { maxPixels, orientation }: ReconstructionRequest,
): Promise<Image> {
  const stored = await load();
  return stored.kind === 'pixels'
    ? stored.image
    : decodeImage(stored.bytes, { name: `${source}/${id}`, ...defined({ maxPixels, orientation }) });
}

/** @throws InputError UNREADABLE_IMAGE naming both sizes */
function requireOneSize(original: Image, other: Image, where: string): void {
  if (original.width === other.width && original.height === other.height) return;
  throw new InputError('UNREADABLE_IMAGE', {
    where,
    expected: `must have the size of its original, ${original.width} × ${original.height} pixels`,
    received: `${other.width} × ${other.height}`,
    help: 'Crop or resize the originals as the model does, and save them as PNG.',
  });
}

function meanOf(measure: SimilarityName, pairs: readonly ReconstructedPair[]): MeanSimilarity {
  const values = pairs.flatMap((pair) => pair[measure] ?? []);
  const n = values.length;
  const left = pairs.length - n;
  const reason =
    left === 0
      ? undefined
      : `${n === 0 ? 'no pair has a value' : `without ${countText(left)} of ${countText(pairs.length)} pairs`}: ${SIMILARITIES[measure].missing}`;
  const value = mean(values) ?? null;
  const deviation = standardDeviation(values, 1);
  const standardError = n < 2 || deviation === undefined ? null : deviation / Math.sqrt(n);
  const half = standardError === null ? null : studentQuantile((1 + LEVEL) / 2, n - 1) * standardError;
  return {
    measure,
    value,
    ...defined({ reason }),
    standardError,
    interval:
      value === null || half === null ? null : { low: value - half, high: value + half, level: LEVEL },
    direction: measure === 'lpips' ? 'lower-is-better' : 'higher-is-better',
    n,
  };
}

/** Both sides, each image of one with its partner of the other. */
function partners(originals: ImageSet, others: ImageSet) {
  const match = idMatch(
    { source: originals.source, ids: originals.entries.map(({ id }) => id) },
    { source: others.source, ids: others.entries.map(({ id }) => id) },
    { missing: 'refuse', help: 'Decode every original, and leave nothing else in the set.' },
  );
  const byId = new Map(others.entries.map((entry) => [entry.id, entry]));
  return {
    by: match.by,
    pairs: originals.entries.map((entry) => [entry, byId.get(match.pairs.get(entry.id)!)!] as const),
  };
}

/**
 * Originals beside what a model made of them (an autoencoder, a codec, a tokenizer): similarities of each pair, joined by id and never by
 * position, and distances of the two sets.
 *
 * @throws InputError MISSING_IDS if an original or a decoded image has no partner; UNREADABLE_IMAGE if the sizes of a pair differ or an
 *   image cannot be read; what `openImageSet` and `score` throw
 * @throws InterruptedError INTERRUPTED once `signal` is aborted
 */
export async function reconstruction(request: ReconstructionRequest): Promise<ReconstructionReport> {
  const { sources, color = 'rgb', metrics, signal, onPair, lpips: network, ...scoring } = request;
  const open: ImageSet[] = [];
  const { threads, device: asked } = request;
  const device = asked === 'auto' ? undefined : asked; // its distances are compared with nobody's: on the CPU unless told
  const lpips =
    network === undefined ? undefined : await openPerceptualDistance(network, defined({ threads, device }));
  try {
    open.push(await openImageSet(request.originals, sources?.reference));
    open.push(await openImageSet(request.decoded, sources?.generated));
    const [originals, others] = open as [ImageSet, ImageSet];
    const { by, pairs: joined } = partners(originals, others);
    const pairs: ReconstructedPair[] = [];
    for (const [original, other] of joined) {
      throwIfAborted(signal, 'reconstruction');
      const first = await decoded(original, originals.source, request);
      const second = await decoded(other, others.source, request);
      requireOneSize(first, second, `${others.source}/${other.id}`);
      const { width, height } = first;
      const similarity = imageSimilarity(first, second, color);
      const distance = await lpips?.distance(first, second);
      const own = { id: original.id, decoded: other.id, width, height, ...similarity };
      pairs.push({ ...own, ...defined({ lpips: distance }) });
      onPair?.(pairs.length, joined.length);
    }
    if (pairs.length === 0)
      throw new SampleSizeError('TOO_FEW_SAMPLES', {
        where: request.originals,
        expected: 'there must be at least one pair',
        received: '0',
      });
    const sets =
      metrics.length === 0
        ? null
        : await score({
            ...scoring,
            ...defined({ sources, signal }),
            metrics,
            reference: request.originals,
            generated: request.decoded,
          });
    const psnr = (pair: ReconstructedPair) => pair.psnr ?? Number.POSITIVE_INFINITY;
    return {
      schema: 'steadfid/reconstruction/1',
      version: VERSION,
      originals: { source: originals.source, n: originals.entries.length },
      decoded: { source: others.source, n: others.entries.length },
      joinedBy: by,
      color,
      ...(lpips !== undefined && { lpips: { source: lpips.source, sha256: lpips.sha256 } }),
      measures: (Object.keys(SIMILARITIES) as SimilarityName[])
        .filter((measure) => measure !== 'lpips' || lpips !== undefined)
        .map((measure) => meanOf(measure, pairs)),
      pairs,
      worst: [...pairs]
        .sort((a, b) => psnr(a) - psnr(b))
        .slice(0, WORST)
        .map(({ id }) => id),
      sets,
      warnings: [...(originals.warnings ?? []), ...(others.warnings ?? [])],
    };
  } finally {
    await closeAll([...open, ...(lpips === undefined ? [] : [lpips])].map((one) => () => one.close()));
  }
}
