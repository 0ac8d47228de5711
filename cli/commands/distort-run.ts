import type { ImageSet } from '../../encoders/images/image-set.js';
import { openImageSet } from '../../encoders/images/open-image-set.js';
import { unknownNameError } from '../../encoders/unknown-name-error.js';
import { OptionError } from '../../errors.js';
import { seededRandom } from '../../metrics/numerics/seeded-random.js';
import {
  CONTAMINATION_SHARES,
  contaminatedImageSet,
} from '../../sample-size-study/distortions/contamination.js';
import { distortedImageSet, loadedImage } from '../../sample-size-study/distortions/distorted-image-set.js';
import type { Distortion } from '../../sample-size-study/distortions/distortion.js';
import { distortionCatalog } from '../../sample-size-study/distortions/distortion-catalog.js';
import { patchCodebook } from '../../sample-size-study/distortions/patch-codebook.js';
import { TOKEN_PROBABILITIES, tokenNoise } from '../../sample-size-study/distortions/token-noise.js';
import { writeImageFolder } from '../../sample-size-study/files/write-image-folder.js';
import type { CommandInput, Outcome } from '../command.js';
import { flagError } from '../flag.js';
import { requireOutput } from '../require-output.js';
import type { Terminal } from '../terminal.js';
import type { DISTORT_FLAGS } from './distort.js';

type Options = CommandInput<typeof DISTORT_FLAGS>['options'];

/** Patches of this many images make the codebook of token noise, of this many tokens. */
const CODEBOOK = { images: 500, size: 256 };

/** `steadfid distort`: a distorted copy of a set. */
export async function runDistort(
  { arguments: [source], options }: CommandInput<typeof DISTORT_FLAGS>,
  terminal: Terminal,
): Promise<Outcome> {
  const kinds = [...distortionCatalog.map(({ id }) => id), 'contamination', 'token-noise'];
  const { kind, level, seed } = options;
  if (kind === undefined || !kinds.includes(kind)) {
    throw unknownNameError('UNKNOWN_DISTORTION', {
      where: '--kind',
      what: 'distortion',
      name: kind ?? '',
      known: kinds,
    });
  }
  if (level === undefined) throw flagError('level', 'needs the level, from 1', '');
  const folder = requireOutput(options.output, 'distorted/');
  const opened: ImageSet[] = [];
  const open = async (path: string) => {
    const set = await openImageSet(path);
    opened.push(set);
    return set;
  };
  try {
    const set = await open(source!);
    const distorted = await distortedSet(set, { kind, level, seed, options }, open);
    const total = set.entries.length;
    await writeImageFolder(folder, distorted, {
      existing: options.force === 'on' ? 'replaced' : 'refused',
      signal: terminal.signal,
      onProgress: (done) => terminal.progress.show({ task: `writing ${folder}`, done, total, unit: 'img' }),
    });
    terminal.progress.clear();
    terminal.remark(`wrote ${total.toLocaleString('en-US')} images to ${folder}`);
    return 'done';
  } finally {
    for (const set of opened) await set.close();
  }
}

async function distortedSet(
  set: ImageSet,
  { kind, level, seed, options }: { kind: string; level: number; seed: number; options: Options },
  open: (path: string) => Promise<ImageSet>,
): Promise<ImageSet> {
  const limit = options.maxPixels === undefined ? {} : { maxPixels: options.maxPixels };
  if (kind === 'contamination') {
    const share = CONTAMINATION_SHARES[requireLevel(level, CONTAMINATION_SHARES.length, kind) - 1]!;
    return contaminatedImageSet(set, { intruders: await open(requireWith(options, kind)), share, seed });
  }
  const distortion =
    kind === 'token-noise' ? await learnedTokenNoise() : distortionCatalog.find(({ id }) => id === kind)!;
  const levels =
    kind === 'token-noise' ? TOKEN_PROBABILITIES.length : distortion.levels({ width: 64, height: 64 }).length;
  requireLevel(level, levels, kind);
  return distortedImageSet(set, { distortion, level, seed, ...limit });

  async function learnedTokenNoise(): Promise<Distortion> {
    const teacher = await open(requireWith(options, kind));
    const images = await Promise.all(
      teacher.entries.slice(0, CODEBOOK.images).map((entry) => loadedImage(entry, limit)),
    );
    return tokenNoise(patchCodebook(images, { size: CODEBOOK.size }, seededRandom(seed, 'codebook')));
  }
}

function requireLevel(level: number, levels: number, kind: string): number {
  if (level <= levels) return level;
  throw flagError('level', `${kind} has levels 1 to ${levels}`, String(level));
}

function requireWith(options: Options, kind: string): string {
  if (options.with !== undefined) return options.with;
  throw new OptionError('OUT_OF_RANGE', {
    where: '--with',
    expected: `${kind} needs a second set`,
    help: kind === 'contamination' ? 'Give the images to put in.' : 'Give the images to learn patches from.',
  });
}
