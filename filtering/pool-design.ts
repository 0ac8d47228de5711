import { type EmbeddedSet, subset } from '../encoders/embedded-set.js';
import type { Warning } from '../encoders/encoder.js';
import type { ImageLabels } from '../encoders/image-labels.js';
import { SampleSizeError } from '../errors.js';
import { designGroups } from '../metrics/design/design-groups.js';
import { type DesignStatement, designStatement } from '../metrics/design/design-statement.js';
import { isClustered, isIndependent, samplingDesign } from '../metrics/design/sampling-design.js';
import type { Algebra } from '../numerics/algebra.js';
import { groupedBy } from '../numerics/grouped-by.js';
import { countText, percentText } from '../numerics/number-text.js';
import { sampleIndices, seededRandom } from '../numerics/seeded-random.js';
import { isOfMetricAlone } from '../scoring/refused-metrics.js';
import type { SamplingLabels } from '../scoring/sampling-labels.js';
import type { ImagePool } from '../uncertainty/image-pool.js';

/** How the images of a pool were drawn, where that is not independently of each other. */
export interface PoolDesign {
  /** groups that the jackknife leaves out: of each stratum the same share, clusters whole; indices ascending */
  readonly groups: readonly Uint32Array[];
  /** (n) the cluster of each image; null where images of a stratum are independent */
  readonly clusters: Int32Array | null;
}

/** Fewer say hardly how clusters vary. */
const FEWEST_CLUSTERS = 10;

/** A set whose rows are known by id, and labels of images that are known by id too. */
export interface LabelledRows {
  readonly set: EmbeddedSet;
  /** of which the labels are, in their order */
  readonly ids: readonly string[];
  readonly labels: SamplingLabels;
}

/** Rows in the order of a pool, with their labels. */
function inOrderOf(pool: ImagePool, { set, ids, labels }: LabelledRows): EmbeddedSet {
  const indicesIn = (own: readonly string[]) => {
    const indices = new Map(own.map((id, index) => [id, index]));
    return Uint32Array.from(pool.ids, (id) => indices.get(id)!);
  };
  const rows = indicesIn(set.ids!);
  const isInOrder = set.n === pool.size && rows.every((row, index) => row === index);
  const labelRows = indicesIn(ids);
  const ofPool = (of: 'strata' | 'clusters'): ImageLabels | undefined => {
    const given = labels[of];
    const own = given ?? set[of];
    return own && { ...own, labels: Array.from(given ? labelRows : rows, (row) => own.labels[row]!) };
  };
  return {
    ...(isInOrder ? set : subset(set, rows)),
    strata: ofPool('strata'),
    clusters: ofPool('clusters'),
  };
}

/**
 * How the images of a pool were drawn: strata and clusters as their labels say, copies as the embeddings show.
 *
 * @returns with what was found; the design is null where images are as good as independent
 * @throws SampleSizeError TOO_FEW_SAMPLES for fewer than ten clusters
 */
export async function poolDesign(
  pool: ImagePool,
  rows: LabelledRows,
  { seed, algebra }: { readonly seed: number; readonly algebra: Algebra },
): Promise<{ readonly design: PoolDesign | null; readonly statement: DesignStatement }> {
  const own = inOrderOf(pool, rows);
  const sets = { reference: own, generated: own };
  const found = await samplingDesign(sets, algebra, 'quick').catch((error: unknown) => {
    if (isOfMetricAlone(error)) return samplingDesign(sets, algebra, 'none'); // distances beyond float64
    throw error;
  });
  const statement = designStatement(found, ['generated']);
  if (isIndependent(found, 'generated')) return { design: null, statement };
  const side = found.sides.generated;
  const clustered = isClustered(side);
  if (clustered && side.units < FEWEST_CLUSTERS) {
    if (own.clusters === undefined) return { design: null, statement }; // copies of a few images
    throw new SampleSizeError('TOO_FEW_SAMPLES', {
      where: pool.source,
      expected: `a comparison of clustered images needs at least ${FEWEST_CLUSTERS} clusters`,
      received: `${countText(side.n)} images in ${countText(side.units)}`,
      help: 'Supply images of more prompts, seeds or videos.',
    });
  }
  const { groups } = designGroups(found, ['generated'], { seed });
  return {
    design: { groups: groups.get('generated')!, clusters: clustered ? found.units.generated : null },
    statement,
  };
}

/**
 * A random subset of clustered images, as a filter would keep them if its score knew nothing of them: what it keeps of each cluster is
 * kept of another one of the same size, drawn at random, and there of random images. Scores of one cluster may be as alike as they are.
 *
 * @param clusters  (n) the cluster of each image
 * @param kept  what the filter keeps; indices
 * @returns indices ascending, as many as `kept`
 * @source permutation of exchangeable blocks: Winkler et al. 2015, doi:10.1016/j.neuroimage.2015.05.092
 */
export function clusteredSubset(
  { clusters, kept }: { readonly clusters: Int32Array; readonly kept: Uint32Array },
  { draw, seed }: { readonly draw: number; readonly seed: number },
): Uint32Array {
  const random = seededRandom(seed, 'clustered-subset', draw);
  const own = new Set(kept);
  const bySize = groupedBy(membersOf(clusters), ({ length }) => length);
  const chosen = [...bySize.values()].flatMap((alike) => {
    const order = sampleIndices({ n: alike.length, size: alike.length }, random);
    return alike.flatMap((members, at) => {
      const size = alike[order[at]!]!.filter((index) => own.has(index)).length;
      return Array.from(sampleIndices({ n: members.length, size }, random), (place) => members[place]!);
    });
  });
  return Uint32Array.from(chosen).sort();
}

function membersOf(clusters: Int32Array): readonly number[][] {
  return [...groupedBy(clusters.keys(), (index) => clusters[index]!).values()];
}

/** Clusters of a size that few others have can hardly be exchanged. */
const FEWEST_OF_SIZE = 5;

/** Of more images than these in such clusters it is warned. */
const UNEXCHANGED_WARNING_THRESHOLD = 0.2;

/** A warning where many images are in clusters of a size that hardly another has: random subsets keep nearly the same of these. */
export function exchangeWarnings({ clusters }: PoolDesign): readonly Warning[] {
  if (clusters === null) return [];
  const rare = [...groupedBy(membersOf(clusters), ({ length }) => length).values()]
    .filter((alike) => alike.length < FEWEST_OF_SIZE)
    .flat(2);
  const share = rare.length / clusters.length;
  if (share <= UNEXCHANGED_WARNING_THRESHOLD) return [];
  return [
    {
      code: 'UNEQUAL_CLUSTERS',
      message: `${percentText(share)} of the images are in clusters of a size that fewer than ${FEWEST_OF_SIZE} clusters have. Random subsets exchange clusters of one size, so that the test sees less than it could: clusters of equal size see most`,
    },
  ];
}

/** What a comparison does about the way in which its images were drawn: one line. */
export function designSentence(design: PoolDesign, { found }: DesignStatement): string {
  const strata = found.length === 0 ? '' : ` (${found.join('; ')})`;
  const subsets =
    design.clusters === null
      ? 'random subsets are drawn from all images, so that a change of the class shares counts as an effect of the filter'
      : 'random subsets keep of whole clusters what the filter keeps of others of their size';
  return `Sampling design${strata}: intervals leave out ${countText(design.groups.length)} groups that keep to it; ${subsets}.`;
}
