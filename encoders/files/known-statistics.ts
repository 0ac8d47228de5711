import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Warning } from '../encoder.js';
import { fileHash } from './file-hash.js';

/** A file of reference statistics that others publish. */
export interface KnownStatistics {
  /** as it is published */
  readonly name: string;
  readonly sha256: string;
  /** null where no source of the hash states it: the file is then looked for under its name alone */
  readonly bytes: number | null;
  readonly url: string;
  /** data set, split, number and size of the images, and whose features */
  readonly holds: string;
  /** who states this hash, independently of each other */
  readonly sources: readonly string[];
}

/**
 * Files of reference statistics by hash. Each hash is as its sources state it; none of the files was fetched for this table. What no source states of a
 * file is not said of it.
 */
export const KNOWN_STATISTICS: readonly KnownStatistics[] = [
  {
    name: 'VIRTUAL_imagenet256_labeled.npz',
    sha256: 'b32732719497e42660a9affb4a966068cba0855ac449b82015e34ec376d20758',
    bytes: 2_037_122_530,
    url: 'https://openaipublic.blob.core.windows.net/diffusion/jul-2021/ref_batches/imagenet/256/VIRTUAL_imagenet256_labeled.npz',
    holds:
      'ADM’s reference batch of ImageNet, training set, 256 × 256: mean and covariance of all images, and 10,000 images; TensorFlow’s Inception',
    sources: [
      'github.com/ruizegao/efficient-dit (LFS)',
      'github.com/LCGLiChenge/MoTAR (bert2d/assets.py)',
      'huggingface.co/xiangzai/reference (LFS)',
      'huggingface.co/WindATree/diffusion-data (LFS)',
    ],
  },
  {
    name: 'VIRTUAL_imagenet512_labeled.npz',
    sha256: '6bde3fff169a9d05d6ff53e9a661177d3765d7b3a83e8b54b71a99b65a166ef8',
    bytes: 857_466_338,
    url: 'https://huggingface.co/WindATree/diffusion-data',
    holds: 'a reference batch of ImageNet, 512 × 512, under the name that ADM’s have',
    sources: [
      'huggingface.co/WindATree/diffusion-data (LFS; again in Martinser/eval_model, by the same hand)',
    ],
  },
  {
    name: 'fid_stats_imagenet256_guided_diffusion.npz',
    sha256: '374aa549982adbfd595eaecc8a014eea6566156f8b227fc2d9052c0482bb4a2f',
    bytes: 33_571_316,
    url: 'https://github.com/baofff/U-ViT',
    holds: 'U-ViT’s copy of mean and covariance out of ADM’s reference batch of ImageNet, 256 × 256',
    sources: ['huggingface.co/nzl-thu/MUSE (LFS)', 'huggingface.co/JamesHujy/EMABench (LFS)'],
  },
  {
    name: 'jit_in256_stats.npz',
    sha256: '412046720c0d496dc6d72a30eac3e22b9ef6ddac3501cce7f996674ad227ba4c',
    bytes: null,
    url: 'https://github.com/LTH14/JiT/blob/main/fid_stats/jit_in256_stats.npz',
    holds: 'JiT’s statistics of ImageNet, 256 × 256; torch-fidelity’s Inception',
    sources: [
      'github.com/Apache0ne/PixelDiT (c2i/README.md)',
      'github.com/viviea1/Jittor-Jit (jit-jittor/README.md)',
    ],
  },
  {
    name: 'jit_in512_stats.npz',
    sha256: 'cdd15b54f9d1f26a881fcdc920a3410fa7a934047d6c4f5b8395b87182a9ab42',
    bytes: null,
    url: 'https://github.com/LTH14/JiT/blob/main/fid_stats/jit_in512_stats.npz',
    holds: 'JiT’s statistics of ImageNet, 512 × 512; torch-fidelity’s Inception',
    sources: [
      'github.com/Apache0ne/PixelDiT (c2i/README.md)',
      'github.com/viviea1/Jittor-Jit (jit-jittor/README.md)',
    ],
  },
  {
    name: 'cifar10-32x32.npz',
    sha256: '4ada108cdfd8e43409ed427f5f76631beac9b9617cdcaf416d41b1e161d85969',
    bytes: null,
    url: 'https://nvlabs-fi-cdn.nvidia.com/edm/fid-refs/cifar10-32x32.npz',
    holds: 'EDM’s statistics of CIFAR-10, training set, 32 × 32; TensorFlow’s Inception',
    sources: ['a public suite of benchmarks that pins it with this address (mlperf/assets.py)'],
  },
  {
    name: 'cifar10_stats.npz',
    sha256: '6cf5b3e232ae7c62bff94c78345476806be7ecff8b8ce67a4c9ddee0fb9d612b',
    bytes: 554_419_853,
    url: 'https://github.com/yang-song/score_sde_pytorch',
    holds: 'score_sde’s features of CIFAR-10, training set, 32 × 32 (pool_3); TensorFlow’s Inception',
    sources: [
      'github.com/aminjafarzade/SDE_Pytorch (LFS)',
      'huggingface.co/zachary-shah/subspace-diffusion (LFS)',
    ],
  },
];

/** What a file was found to be: a known one, and whether it is none although it has the name of one. */
export interface Recognized {
  readonly known: KnownStatistics | null;
  readonly warnings: readonly Warning[];
}

const UNKNOWN: Recognized = { known: null, warnings: [] };

/** Hashes by path, size and time: a reference of several scores is read once. */
const hashes = new Map<string, Promise<string>>();

/**
 * Whether a file is one that others publish. It is read for its hash only where it has the size or, where that is not stated, the name of a known one.
 *
 * @param path  of any source: a folder, a pattern or a path that is not there is no known file
 * @param table  default {@link KNOWN_STATISTICS}
 * @returns with a warning NOT_THE_PUBLISHED_FILE for a known name with other content, where more than one source states the hash
 */
export async function recognizedStatistics(
  path: string,
  table: readonly KnownStatistics[] = KNOWN_STATISTICS,
): Promise<Recognized> {
  const found = await stat(path).catch(() => null);
  if (found === null || !found.isFile()) return UNKNOWN;
  const name = basename(path);
  const { size, mtimeMs } = found;
  const isCandidate = (one: KnownStatistics) => (one.bytes === null ? one.name === name : one.bytes === size);
  let sha256: string | undefined;
  if (table.some(isCandidate)) {
    const file = `${path}\0${size}\0${mtimeMs}`;
    if (!hashes.has(file)) hashes.set(file, fileHash(path));
    sha256 = await hashes.get(file)!;
  }
  const known = table.find((one) => one.sha256 === sha256);
  if (known !== undefined) return { known, warnings: [] };
  const namesake = table.find((one) => one.name === name && one.sources.length > 1);
  return namesake === undefined
    ? UNKNOWN
    : { known: null, warnings: [otherContent(path, { size, sha256 }, namesake)] };
}

function otherContent(
  path: string,
  { size, sha256 }: { readonly size: number; readonly sha256: string | undefined },
  published: KnownStatistics,
): Warning {
  const bytes = (count: number) => `${count.toLocaleString('en-US')} bytes`;
  const [own, theirs] =
    sha256 === undefined
      ? [bytes(size), bytes(published.bytes!)]
      : [`SHA-256 ${sha256.slice(0, 12)}…`, `${published.sha256.slice(0, 12)}…`];
  return {
    code: 'NOT_THE_PUBLISHED_FILE',
    message: `${path} is not the published file of that name (${published.holds}): ${own}, published ${theirs}`,
  };
}
