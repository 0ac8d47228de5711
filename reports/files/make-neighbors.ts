import type { EmbeddedSet } from '../../encoders/embedded-set.js';
import type { ImageSet } from '../../encoders/images/image-set.js';
import { openImageSet } from '../../encoders/images/open-image-set.js';
import type { SourcesOptions } from '../../encoders/images/source-options.js';
import { holdsImages } from '../../encoders/read-embedded-set.js';
import type { Comparison } from '../../metrics/metric-definition.js';
import { nearestNeighbors } from '../../numerics/nearest-neighbors.js';
import { openAlgebra } from '../../numerics/open-algebra.js';
import type { Rows } from '../../numerics/rows.js';
import { seededRandom } from '../../numerics/seeded-random.js';
import { throwIfAborted } from '../../numerics/throw-if-aborted.js';
import type { InfluentialImages, ScoreResult } from '../../scoring/score-report.js';
import type { Neighbors } from '../score/neighbors.js';
import { pictureReader, randomPictures } from './small-picture.js';

/** Images of each side that are drawn at random, of which the page shows some at once. */
const DRAWN = 64;
/** Pairs of each sheet. */
const PAIRS = 8;
/** Images of each side that are looked at: of more, every k-th. */
const MOST = 5000;

interface Side {
  readonly set: EmbeddedSet;
  /** row of the embeddings for each image that is looked at */
  readonly indices: readonly number[];
  readonly rows: Rows;
}

interface Pair {
  readonly generated: number;
  readonly reference: number;
  readonly distance: number;
}

/**
 * Small pictures of random images of both sides, of the generated images nearest to and farthest from the reference, and of the reference images farthest from
 * what was generated; null where a side is not images, or its embeddings were not kept.
 *
 * @param sets  as a score encoded them from the images at their `source`
 */
export async function makeNeighbors(
  sets: Comparison,
  {
    seed,
    signal,
    sources,
    results = [],
    most = MOST,
  }: {
    /** of the images drawn at random */
    readonly seed: number;
    readonly signal?: AbortSignal;
    /** how the sides were opened */
    readonly sources?: SourcesOptions;
    /** of which those with influential images are shown */
    readonly results?: readonly Pick<ScoreResult, 'metric' | 'influential'>[];
    readonly most?: number;
  },
): Promise<Neighbors | null> {
  const [generated, reference] = [sideOf(sets.generated, most), sideOf(sets.reference, most)];
  if (generated === null || reference === null || sets.generated.source === sets.reference.source)
    return null;
  for (const side of ['generated', 'reference'] as const)
    if (!(await holdsImages(sets[side].source, sources?.[side]))) return null;
  const open: ImageSet[] = [];
  try {
    const pictures: ((id: string) => Promise<string>)[] = [];
    for (const [{ set }, side] of [
      [generated, 'generated'],
      [reference, 'reference'],
    ] as const) {
      const images = await openImageSet(set.source, sources?.[side]);
      open.push(images);
      pictures.push(pictureReader(images));
    }
    const algebra = await openAlgebra();
    const near = await nearestNeighbors(generated.rows, reference.rows, algebra);
    const back = await nearestNeighbors(reference.rows, generated.rows, algebra);
    const pairs = sorted(
      [...near.indices].map((index, i) => ({
        generated: i,
        reference: index,
        distance: Math.sqrt(near.squaredDistances[i]!),
      })),
    );
    const missed = sorted(
      [...back.indices].map((index, i) => ({
        generated: index,
        reference: i,
        distance: Math.sqrt(back.squaredDistances[i]!),
      })),
    );
    const shown = async ({ generated: i, reference: j, distance }: Pair) => {
      throwIfAborted(signal, 'report');
      const [mine, theirs] = [idAt(generated, i), idAt(reference, j)];
      return {
        generated: { id: mine, picture: await pictures[0]!(mine) },
        reference: { id: theirs, picture: await pictures[1]!(theirs) },
        distance,
      };
    };
    const sheet = async (chosen: readonly Pair[]) => {
      const made = [];
      for (const one of chosen) made.push(await shown(one));
      return made;
    };
    const drawn = (side: Side, picture: (id: string) => Promise<string>) =>
      randomPictures(
        side.indices.map((index) => side.set.ids![index]!),
        { picture, random: seededRandom(seed, 'samples'), most: DRAWN, signal },
      );
    const pictured = async (images: InfluentialImages['raising']) => {
      const made = [];
      for (const { id: own, effect } of images) {
        throwIfAborted(signal, 'report');
        made.push({ id: own, picture: await pictures[0]!(own), effect });
      }
      return made;
    };
    const influential = [];
    for (const { metric, influential: images } of results) {
      if (images === undefined) continue;
      const raising = await pictured(images.raising);
      influential.push({ metric, raising, lowering: await pictured(images.lowering) });
    }
    const { id, origin } = sets.generated.encoder;
    return {
      schema: 'steadfid/neighbors/1',
      encoder: { id, origin },
      generated: { compared: generated.rows.n, of: sets.generated.n! },
      reference: { compared: reference.rows.n, of: sets.reference.n! },
      nearest: await sheet(pairs.slice(0, PAIRS)),
      farthest: await sheet(pairs.slice(PAIRS).slice(-PAIRS).reverse()),
      missed: await sheet(missed.slice(-PAIRS).reverse()),
      ...(influential.length === 0 ? {} : { influential }),
      samples: {
        generated: await drawn(generated, pictures[0]!),
        reference: await drawn(reference, pictures[1]!),
      },
    };
  } finally {
    for (const images of open) await images.close();
  }
}

/** By distance; of equal ones the first image first. */
function sorted(pairs: readonly Pair[]): readonly Pair[] {
  return [...pairs].sort((a, b) => a.distance - b.distance);
}

function idAt({ set, indices }: Side, i: number): string {
  return set.ids![indices[i]!]!;
}

function sideOf(set: EmbeddedSet, most: number): Side | null {
  const { embeddings, ids, n } = set;
  if (embeddings === null || ids === null || n === null || n === 0) return null;
  const every = Math.ceil(n / most);
  const indices = Array.from({ length: n }, (_, i) => i).filter((i) => i % every === 0);
  if (every === 1) return { set, indices, rows: embeddings };
  const { d } = embeddings;
  const data = new Float64Array(indices.length * d);
  for (const [i, index] of indices.entries())
    data.set(embeddings.data.subarray(index * d, (index + 1) * d), i * d);
  return { set, indices, rows: { n: indices.length, d, data } };
}
