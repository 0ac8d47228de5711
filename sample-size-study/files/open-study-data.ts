import { defined } from '../../defined.js';
import { type EmbeddedSet, subset } from '../../encoders/embedded-set.js';
import { choiceKey } from '../../encoders/encoder-choice.js';
import { LARGEST_TABLE_BYTES, readTextFile } from '../../encoders/files/regular-file.js';
import { writeEmbeddedSet } from '../../encoders/files/write-embedded-set.js';
import type { ImageSet } from '../../encoders/images/image-set.js';
import { InputError, OptionError } from '../../errors.js';
import { requireLikeProvenance } from '../../metrics/comparable-sets.js';
import { drawnBy, drawnPart } from '../../metrics/design/design-order.js';
import { halfIndices, halves } from '../../metrics/design/halves.js';
import type { MetricDefinition } from '../../metrics/metric-definition.js';
import { encodedSet, provenanceOf, setEncoding } from '../../scoring/encoded-sides.js';
import { refusedMetrics } from '../../scoring/refused-metrics.js';
import { type SamplingLabels, samplingLabels } from '../../scoring/sampling-labels.js';
import { CurrentEncoder, encoderOptions } from '../../scoring/score-encoders.js';
import { type ScoreGroup, scoreGroups } from '../../scoring/score-groups.js';
import type { ScoreRequest } from '../../scoring/score-request.js';
import {
  openScoreSource,
  requireServed,
  type ScoreSource,
  type ScoreSources,
} from '../../scoring/score-sources.js';
import type { Condition, StudyArm, StudyDesign } from '../study-design.js';
import { setKey, studyConditions } from '../study-design.js';
import { conditionName } from '../study-run.js';
import type { StudyData } from '../study-tasks.js';
import { type Distorter, openDistorter } from './open-distorter.js';
import { openFilterReactions } from './open-filter-reactions.js';
import { openScoredArms } from './open-scored-arms.js';

/** Study data over files that must be closed. */
export interface OpenStudyData extends StudyData {
  /** metrics that a side which is a file does not serve, each with the reason: the study is of the others */
  readonly refused: ReadonlyMap<MetricDefinition, string>;
  /** whether a condition is images, not embeddings in a file */
  needsEncoding(condition: Condition): boolean;
  /** sets of images that the metrics take, each by one network: the reference of a network before its arms */
  readonly encodings: readonly StudyEncoding[];
  /** some images of a condition, encoded without the cache: for measuring how long that takes */
  sample(condition: Condition, metric: MetricDefinition, count: number): Promise<EmbeddedSet>;
  close(): Promise<void>;
}

/** A set of images that is encoded once. */
export interface StudyEncoding {
  /** in words: `samples, blur 2 by demo-inception` */
  readonly name: string;
  readonly images: number;
  /** Encodes it, to a file. */
  write(path: string, options: Parameters<typeof writeEmbeddedSet>[2]): Promise<void>;
}

/** How images are read and networks run. */
export type EncodingRequest = Pick<
  ScoreRequest,
  | 'incomplete'
  | 'sources'
  | 'orientation'
  | 'maxPixels'
  | 'batchSize'
  | 'threads'
  | 'device'
  | 'onDevice'
  | 'models'
  | 'cache'
  | 'onProgress'
  | 'signal'
> & {
  /** sets in memory, by the name that the design gives in place of a path */
  readonly sets?: Readonly<Record<string, EmbeddedSet>>;
  /** sets that were encoded before, by their place among `encodings`; images are then opened for their ids alone */
  readonly encoded?: ((index: number) => Promise<EmbeddedSet>) | undefined;
};

/**
 * The images of a study on disk. Every condition is encoded once for all metrics that share a network and its preprocessing; what
 * was encoded by an earlier run comes from the embedding cache.
 *
 * @throws InputError if a side cannot be read, MISSING_IDS if a set's ids or scores are not those of its images
 * @throws OptionError CONFLICTING_OPTIONS if a side is a file that serves none of the metrics, or cannot be distorted
 */
export async function openStudyData(
  design: StudyDesign,
  metrics: readonly MetricDefinition[],
  encoding: EncodingRequest,
): Promise<OpenStudyData> {
  const { sets: inMemory = {}, ...running } = encoding;
  const request: ScoreRequest = {
    ...running,
    reference: design.reference,
    generated: design.arms[0]!.source,
  };
  const encoders = new CurrentEncoder(encoderOptions(request));
  const sources: ScoreSource[] = [];
  const opened = async (path: string, role: 'reference' | 'generated') => {
    const side = Object.hasOwn(inMemory, path) ? inMemory[path]! : path;
    const source = await openScoreSource(side, {
      ...encoding.sources?.[role],
      incomplete: encoding.incomplete,
    });
    sources.push(source);
    return source;
  };
  const distorters = new Map<string, Distorter>();
  const close = async () => {
    await encoders.close();
    for (const distorter of distorters.values()) await distorter.close();
    for (const source of sources) await source.close();
  };
  try {
    const reference = await opened(design.reference, 'reference');
    const pools = new Map<string, ScoreSource>();
    const known = new Map<string, ScoreSource>();
    for (const arm of design.arms) {
      const source = known.get(arm.source) ?? (await opened(arm.source, 'generated'));
      known.set(arm.source, source);
      pools.set(arm.name, await keptSource(arm, source));
    }
    const scoredArms = await openScoredArms(design, pools);
    const labels = new Map<ScoreSource, SamplingLabels>();
    // filtered sets are drawn as independent images
    for (const source of scoredArms === null ? [reference, ...pools.values()] : []) {
      const given = source === reference ? 'reference' : 'generated';
      const found = await labelsOf(source, { design, given });
      if (design.scheme === 'blocks' && found.clusters !== undefined) {
        throw new OptionError('CONFLICTING_OPTIONS', {
          where: '--scheme blocks',
          expected: 'disjoint blocks are independent only where no cluster lies in two of them',
          received: `clusters of ${source.path} by ${found.clusters.from}`,
          help: 'Draw by --scheme subsample, which takes whole clusters.',
        });
      }
      labels.set(source, found);
    }
    const drawn = new Map([...labels].map(([source, found]) => [source, drawnBy(found)]));
    const ofReference = drawn.get(reference) ?? null;
    const halved = halfIndices(sizeOf(reference), { drawn: ofReference, seed: design.seed });
    const drawnHalves = {
      generated: drawnPart(ofReference, halved.generated),
      reference: drawnPart(ofReference, halved.reference),
    };
    const labelled = async (encoded: Promise<EmbeddedSet>, source: ScoreSource): Promise<EmbeddedSet> => {
      const [set, found] = [await encoded, labels.get(source)];
      return found === undefined ? set : { ...set, ...found };
    };
    const sides = [...pools.values()].map((generated) => ({ reference, generated }));
    for (const pair of sides) requireDrawable(design, pair);
    const requireOfAll = (metric: MetricDefinition) => {
      for (const pair of sides) requireServed(metric, pair);
    };
    const refused = refusedMetrics(metrics, requireOfAll);
    if (refused.size === metrics.length) requireOfAll(metrics[0]!);
    const { maxPixels, orientation } = encoding;
    const decoding = {
      ...defined({ maxPixels, orientation }),
    };
    const distorterOf = async (kind: string): Promise<Distorter> => {
      const distortion = design.distortions.find((one) => one.kind === kind)!;
      const distorter =
        distorters.get(kind) ?? (await openDistorter(distortion, { seed: design.seed, decoding }));
      distorters.set(kind, distorter);
      return distorter;
    };
    for (const { kind } of encoding.encoded === undefined ? design.distortions : []) await distorterOf(kind);
    const served = metrics.filter((metric) => !refused.has(metric));
    const groups = scoreGroups(served, design.encoder ?? undefined);
    const groupOf = (metric: MetricDefinition) => groups.find((group) => group.metrics.includes(metric))!;
    for (const group of encoding.encoded === undefined ? groups : []) {
      for (const pool of pools.values()) await requireLikeSources(group, reference, pool);
    }
    const encodings = groups.flatMap((group) => encodingsOf(design, pools, { reference, group }));
    const references = new Map<ScoreGroup, Promise<EmbeddedSet>>();
    let latest: {
      readonly key: string;
      readonly group: ScoreGroup;
      readonly set: Promise<EmbeddedSet>;
    } | null = null;

    /** Before anything is encoded. Two sides of images go through one network. */
    async function requireLikeSources(group: ScoreGroup, first: ScoreSource, second: ScoreSource) {
      const kinds = [first.kind, second.kind];
      if (!kinds.includes('embedded')) return;
      const encoder = kinds.includes('images') ? await encoders.open(group) : null;
      requireLikeProvenance({
        reference: provenanceOf(first, encoder?.identity ?? null),
        generated: provenanceOf(second, encoder?.identity ?? null),
      });
    }

    const embedded = async (condition: Condition, group: ScoreGroup): Promise<EmbeddedSet> => {
      if (encoding.encoded !== undefined) {
        const { kind, ...source } = condition.arm === null ? reference : pools.get(condition.name)!;
        return kind === 'embedded'
          ? (source.set as EmbeddedSet)
          : encoding.encoded(encodings.findIndex(isOf(condition, group)));
      }
      const source = sourceOf(condition);
      return source.kind === 'embedded'
        ? source.set
        : encodedSet(source.set, await encoders.open(group), { ...request, keep: 'embeddings' }, group);
    };
    const referenceOf = (group: ScoreGroup) => {
      const known = references.get(group) ?? labelled(embedded(REFERENCE, group), reference);
      references.set(group, known);
      return known;
    };
    const sourceOf = (condition: Condition) =>
      condition.arm === null ? reference : distortedSource(pools.get(condition.name)!, condition, distorters);
    const generatedOf = (condition: Condition, group: ScoreGroup) => {
      const key = setKey(condition);
      if (latest?.key !== key || latest.group !== group)
        latest = { key, group, set: labelled(embedded(condition, group), pools.get(condition.name)!) };
      return latest.set;
    };

    return {
      refused,
      encodings: encodings.map(({ condition, group, images }) => ({
        name: `${condition.arm === null ? 'reference' : conditionName(condition)} by ${choiceKey(group.choice)}`,
        images,
        async write(path, options) {
          const source = sourceOf(condition);
          if (source.kind !== 'images') return;
          const run = setEncoding(source.set, await encoders.open(group), { ...request, cache: null });
          await writeEmbeddedSet(path, run, options);
        },
      })),
      referenceSize: sizeOf(reference),
      poolSize: (condition) =>
        condition.arm === null
          ? Math.floor(sizeOf(reference) / 2)
          : (scoredArms?.get(condition.name)?.largest ?? sizeOf(pools.get(condition.name)!)),
      ...(scoredArms === null
        ? {
            drawnBy: ({ arm, name }: Condition) =>
              arm === null
                ? drawnHalves
                : { reference: ofReference, generated: drawn.get(pools.get(name)!) ?? null },
          }
        : {
            scoredArm: ({ name }: Condition) => scoredArms.get(name) ?? null,
            filterReaction: openFilterReactions(design, {
              sources: pools,
              scoredArms,
              distorter: distorterOf,
              decoding,
              signal: encoding.signal,
            }),
          }),
      needsEncoding: (condition) => sourceOf(condition).kind === 'images',
      async sample(condition, metric, count) {
        const source = sourceOf(condition);
        if (source.kind === 'embedded') return source.set;
        const step = Math.max(1, Math.floor(source.set.entries.length / count));
        const entries = source.set.entries.filter((_, i) => i % step === 0).slice(0, count);
        const set = { ...source.set, entries };
        const group = groupOf(metric);
        const { onProgress: _, ...silent } = request;
        return encodedSet(
          set,
          await encoders.open(group),
          { ...silent, cache: null, keep: 'embeddings' },
          group,
        );
      },
      async sets(condition, metric) {
        const group = groupOf(metric);
        const whole = await referenceOf(group);
        if (condition.arm === null) return halves(whole, halved);
        const sets = { reference: whole, generated: await generatedOf(condition, group) };
        requireLikeProvenance(sets);
        return sets;
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The reference as a set that is encoded. */
const REFERENCE: Condition = { arm: null, name: 'reference', distortion: 'none', level: 0 };

interface PlannedEncoding {
  readonly condition: Condition;
  readonly group: ScoreGroup;
  readonly images: number;
}

function isOf(condition: Condition, group: ScoreGroup) {
  const key = setKey(condition);
  return (other: PlannedEncoding) => other.group === group && setKey(other.condition) === key;
}

/** Sets of images that a group of metrics takes, each once. */
function encodingsOf(
  design: StudyDesign,
  pools: ReadonlyMap<string, ScoreSource>,
  { reference, group }: { readonly reference: ScoreSource; readonly group: ScoreGroup },
): readonly PlannedEncoding[] {
  const found: PlannedEncoding[] = [];
  const arms = studyConditions(design).filter(({ arm }) => arm !== null);
  for (const condition of [REFERENCE, ...arms]) {
    const source = condition.arm === null ? reference : pools.get(condition.name)!;
    if (source.kind === 'images' && !found.some(isOf(condition, group)))
      found.push({ condition, group, images: source.set.entries.length });
  }
  return found;
}

function sizeOf(source: ScoreSource): number {
  return source.kind === 'images' ? source.set.entries.length : (source.set.n ?? 0);
}

/** What is known of how the images of one source were drawn: of sets in memory what they say themselves. */
async function labelsOf(
  source: ScoreSource,
  { design, given }: { readonly design: StudyDesign; readonly given: 'reference' | 'generated' },
): Promise<SamplingLabels> {
  const { strata, clusters } = design;
  const set =
    source.kind === 'images'
      ? { source: source.path, ids: source.set.entries.map(({ id }) => id) }
      : { source: source.path, ids: source.set.ids };
  const found = await samplingLabels(set, source, { strata: strata?.[given], clusters: clusters?.[given] });
  if (source.kind === 'images') return found;
  return {
    strata: strata?.[given] === 'none' ? undefined : (found.strata ?? source.set.strata),
    clusters: found.clusters ?? source.set.clusters,
  };
}

/** @throws OptionError CONFLICTING_OPTIONS for a side of which no subsets can be drawn, or that cannot be distorted */
function requireDrawable(design: StudyDesign, sides: ScoreSources): void {
  for (const source of [sides.reference, sides.generated]) {
    if (source.kind === 'images' || source.set.embeddings !== null || source.set.logits !== null) continue;
    throw conflict(source.path, 'a study draws subsets of images, and this file has only their statistics');
  }
  if (design.distortions.length > 0 && sides.generated.kind === 'embedded') {
    throw conflict(sides.generated.path, 'only images can be distorted, and this file holds embeddings');
  }
}

function conflict(where: string, expected: string): OptionError {
  return new OptionError('CONFLICTING_OPTIONS', { where, expected, help: 'Give the images.' });
}

function distortedSource(
  source: ScoreSource,
  { distortion, level }: Condition,
  distorters: ReadonlyMap<string, Distorter>,
): ScoreSource {
  if (distortion === 'none' || source.kind === 'embedded') return source;
  return { ...source, set: distorters.get(distortion)!.distorted(source.set, level) };
}

/** The part of a set that its ids name. */
async function keptSource(arm: StudyArm, source: ScoreSource): Promise<ScoreSource> {
  if (arm.ids === null) return source;
  const text = await readTextFile(arm.ids, LARGEST_TABLE_BYTES);
  const wanted = new Set(text.split(/\r?\n/).filter((line) => line !== ''));
  const ids = source.kind === 'images' ? source.set.entries.map(({ id }) => id) : source.set.ids;
  const there = new Set(ids);
  const missing = [...wanted].filter((id) => !there.has(id));
  if (ids === null || missing.length > 0) {
    throw new InputError('MISSING_IDS', {
      where: arm.ids,
      expected: `every id must be among the images of ${arm.source}`,
      received:
        ids === null
          ? 'a file without ids'
          : `${missing.length} of ${wanted.size} that are not: ${missing.slice(0, 5).join(', ')}`,
      help: 'Ids are paths below the folder, as steadfid filter writes them.',
    });
  }
  if (source.kind === 'images') {
    const set: ImageSet = { ...source.set, entries: source.set.entries.filter(({ id }) => wanted.has(id)) };
    return { ...source, set };
  }
  const indices = Uint32Array.from(ids.keys()).filter((index) => wanted.has(ids[index]!));
  return { ...source, set: subset(source.set, indices) };
}
