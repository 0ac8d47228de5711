import type { Encoder } from '../encoders/encoder.js';
import { encoderChoice } from '../encoders/encoder-choice.js';
import type { ImageSet } from '../encoders/images/image-set.js';
import { asJpeg, type FileFormat, fileFormat } from '../encoders/images/jpeg-files.js';
import type { Preprocessing } from '../encoders/images/preprocessing.js';
import { limitedIndices } from '../encoders/images/source-options.js';
import { EvaluationError, InputError, InterruptedError } from '../errors.js';
import { metricById } from '../metrics/metric-catalog.js';
import type { MetricDefinition, Parameters } from '../metrics/metric-definition.js';
import { throwIfAborted } from '../numerics/throw-if-aborted.js';
import { closeAll } from '../onnx/close-all.js';
import { encodedSet, type SideEncodingRequest } from './encoded-sides.js';
import {
  type FacetDifference,
  type FacetEffect,
  type NumberSetting,
  parsedPreprocessing,
  settingDifferences,
} from './explained-difference.js';
import { CurrentEncoder, encoderOptions } from './score-encoders.js';
import type { ScoreRequest } from './score-request.js';
import { openScoreSource } from './score-sources.js';

/** How a difference is measured. */
export interface MeasuringRequest extends Omit<ScoreRequest, 'reference' | 'generated' | 'metrics'> {
  /** images of each side, at most */
  readonly sampleSize: number;
}

/** Two numbers beside each other, and what their difference comes of. */
export interface ExplainedDifference {
  readonly metric: string;
  readonly first: NumberSetting;
  readonly second: NumberSetting;
  /** the second less the first; null where one has no value */
  readonly difference: number | null;
  /** the first's number of the sample that effects are measured on; null where nothing was measured, with the reason */
  readonly sample: {
    readonly n: { readonly reference: number; readonly generated: number };
    readonly value: number;
  } | null;
  readonly reason?: string;
  readonly differences: readonly FacetDifference[];
}

/** Two numbers and their differences, of which none was measured. */
export function unmeasured(
  [first, second]: readonly [NumberSetting, NumberSetting],
  reason: string,
): ExplainedDifference {
  const difference = first.value === null || second.value === null ? null : second.value - first.value;
  const effect = notMeasured('nothing was encoded anew');
  const differences = settingDifferences(first, second).map((one) => ({ ...one, effect }));
  return { metric: first.metric, first, second, difference, sample: null, reason, differences };
}

type Side = 'reference' | 'generated';

/** What a number of the sample is computed with. */
interface Variant {
  readonly network: string;
  readonly preprocessing: Preprocessing;
  readonly parameters: Parameters;
  readonly reference: ImageSet;
  readonly generated: ImageSet;
}

/** With fewer images for a dimension, the bias is no multiple of 1/n. */
const IMAGES_FOR_DIMENSION = 2;

function refused(where: string, expected: string): InputError {
  return new InputError('MISSING_SOURCE', { where, expected });
}

/** Settings with which first's numbers are computed anew on a sample of its images; one network stays open. */
class Sample {
  readonly #request: MeasuringRequest;
  readonly #encoders: CurrentEncoder;
  readonly #open: ImageSet[] = [];
  readonly #drawn = new Map<string, Promise<ImageSet>>();
  readonly #formats = new Map<string, Promise<FileFormat>>();

  constructor(request: MeasuringRequest) {
    this.#request = request;
    this.#encoders = new CurrentEncoder(encoderOptions({ missingModels: 'refused', ...request }));
  }

  /** @throws InputError where the path holds no images, or is not there */
  drawn({ path, text }: NumberSetting['reference'], side: Side): Promise<ImageSet> {
    if (path === null) return Promise.reject(refused(text, 'its images are not here'));
    const name = `${side} ${path}`; // the two may be arrays of one file
    const known = this.#drawn.get(name);
    if (known !== undefined) return known;
    const found = this.#sampleOf(path, side);
    this.#drawn.set(name, found);
    return found;
  }

  async #sampleOf(path: string, side: Side): Promise<ImageSet> {
    const source = await openScoreSource(path, this.#request.sources?.[side]);
    if (source.kind !== 'images') {
      await source.close();
      throw refused(path, 'embeddings and statistics cannot be encoded anew');
    }
    this.#open.push(source.set);
    return this.part(source.set, this.#request.sampleSize);
  }

  /** How the files of a set in a setting are compressed; null where it is not here. */
  async format(stated: NumberSetting['reference'], side: Side): Promise<FileFormat | null> {
    const set = await this.drawn(stated, side).catch((error: unknown) => {
      reasonOf(error);
      return null;
    });
    if (set === null) return null;
    const name = `${side} ${set.source}`;
    const known = this.#formats.get(name) ?? fileFormat(set);
    this.#formats.set(name, known);
    return known;
  }

  /** So many images of a set, drawn by the seed. */
  part(set: ImageSet, most: number): ImageSet {
    const { seed = 2020 } = this.#request;
    const size = Math.min(most, set.entries.length);
    const indices = limitedIndices(set.source, set.entries.length, { size, seed });
    return { ...set, entries: Array.from(indices, (index) => set.entries[index]!) };
  }

  async value(record: MetricDefinition, id: string, variant: Variant): Promise<{ value: number; d: number }> {
    const { network, preprocessing, parameters, reference, generated } = variant;
    const choice = encoderChoice(network, record.encoder);
    const group = { choice, preprocessing, metrics: [record] };
    const encoder: Encoder = await this.#encoders.open(group);
    const request: SideEncodingRequest = {
      ...this.#request,
      generated: generated.source,
      keep: 'embeddings',
    };
    const sets = {
      reference: await encodedSet(reference, encoder, request, group),
      generated: await encodedSet(generated, encoder, request, group),
    };
    const values = await record.evaluate(sets, parameters);
    const found = values.find((one) => one.id === id);
    if (found?.value === undefined || found.value === null)
      throw refused(id, found?.reason ?? 'the metric has no value of the sample');
    return { value: found.value, d: sets.generated.embeddings?.d ?? 0 };
  }

  close(): Promise<void> {
    return closeAll([this.#encoders, ...this.#open].map((one) => () => one.close()));
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof InterruptedError || !(error instanceof EvaluationError)) throw error;
  if (error.code === 'MISSING_MODEL')
    return `${String(error.details['id'])} is not here: steadfid models pull fetches it`;
  return error.message.replace(/\.$/, '');
}

const notMeasured = (reason: string): FacetEffect => ({ change: null, reason });

/**
 * What each difference of two numbers moves the first by, measured on a sample of the first's images with one thing changed at a time; where
 * they are not here, the differences alone, with the reason.
 *
 * @throws InterruptedError INTERRUPTED once `signal` is aborted
 */
export async function measuredDifferences(
  [first, second]: readonly [NumberSetting, NumberSetting],
  request: MeasuringRequest,
): Promise<ExplainedDifference> {
  const sample = new Sample(request);
  try {
    const differences = await namedFormats([first, second], sample);
    const record = metricById(first.protocol);
    const preprocessing = parsedPreprocessing(first.encoder.preprocessing);
    if (preprocessing === null)
      throw refused(
        first.source,
        'it does not say how the images were preprocessed, so that nothing can be encoded anew',
      );
    if (
      request.encoder === undefined &&
      (first.encoder.origin === 'custom' || first.encoder.origin === 'unknown')
    )
      throw refused(
        first.source,
        `its network, ${first.encoder.id}, is no published one: name its file with --encoder`,
      );
    const own: Variant = {
      network: request.encoder ?? first.encoder.id,
      preprocessing,
      parameters: first.parameters,
      reference: await sample.drawn(first.reference, 'reference'),
      generated: await sample.drawn(first.generated, 'generated'),
    };
    const computed = (variant: Partial<Variant>) =>
      sample.value(record, first.metric, { ...own, ...variant });
    const base = await computed({});
    const measured: FacetDifference[] = [];
    for (const one of differences) {
      throwIfAborted(request.signal, 'measuredDifferences');
      let effect: FacetEffect;
      try {
        effect = await effectOf(one.facet, { first, second, own, base, sample, computed, record });
      } catch (error) {
        effect = notMeasured(reasonOf(error));
      }
      measured.push({ ...one, effect });
    }
    const n = { reference: own.reference.entries.length, generated: own.generated.entries.length };
    const { reason: _, ...facts } = unmeasured([first, second], '');
    return { ...facts, sample: { n, value: base.value }, differences: measured };
  } catch (error) {
    return unmeasured([first, second], reasonOf(error));
  } finally {
    await sample.close();
  }
}

/** What the formats of files are called: as they are where images are here, else as it is stated. */
async function namedFormats(
  [first, second]: readonly [NumberSetting, NumberSetting],
  sample: Sample,
): Promise<ReturnType<typeof settingDifferences>> {
  const named = async (setting: NumberSetting): Promise<string | null> => {
    const formats = await Promise.all(sidesOf(setting).map((side) => sample.format(setting[side], side)));
    if (formats.includes(null)) return null;
    const texts = formats.map((format) => format!.text);
    const same = new Set(texts).size === 1;
    const { decoding } = setting.files;
    const said = same
      ? texts[0]!
      : sidesOf(setting)
          .map((side, at) => `${side} ${texts[at]}`)
          .join(', ');
    return decoding === null ? said : `${said}, ${decoding}`;
  };
  const [one, other] = [await named(first), await named(second)];
  const isStated = first.format !== second.format;
  const shown = (text: string | null, setting: NumberSetting) =>
    text === null || !(isStated || (one !== null && other !== null)) ? setting : { ...setting, format: text };
  return settingDifferences(shown(one, first), shown(other, second));
}

/** The sides that a number looks at. */
function sidesOf({ protocol }: NumberSetting): readonly Side[] {
  return metricById(protocol).sides === 'both' ? ['reference', 'generated'] : ['generated'];
}

interface Known {
  readonly first: NumberSetting;
  readonly second: NumberSetting;
  readonly own: Variant;
  readonly base: { readonly value: number; readonly d: number };
  readonly sample: Sample;
  readonly record: MetricDefinition;
  computed(variant: Partial<Variant>): Promise<{ readonly value: number }>;
}

async function effectOf(facet: FacetDifference['facet'], known: Known): Promise<FacetEffect> {
  const { second, own, base, sample, computed } = known;
  const other = parsedPreprocessing(second.encoder.preprocessing);
  const isOtherNetwork = second.encoder.id !== known.first.encoder.id;
  const withChanged = async (variant: Partial<Variant>, how: string): Promise<FacetEffect> => ({
    change: (await computed(variant)).value - base.value,
    how,
  });
  const encoded = (part: Partial<Preprocessing>) =>
    withChanged({ preprocessing: { ...own.preprocessing, ...part } }, 'the sample encoded anew');
  switch (facet) {
    case 'formula':
      return notMeasured('numbers of unlike formulas have no difference');
    case 'format':
      return effectOfFormat(known, withChanged);
    case 'parameters':
      return withChanged({ parameters: second.parameters }, 'the sample computed anew');
    case 'reference':
    case 'generated set': {
      const side = facet === 'reference' ? 'reference' : 'generated';
      const { path } = second[side];
      if (path === null) return notMeasured('its images are not here');
      if (path === known.first[side].path)
        return notMeasured(
          'the path is the same: a draw of it by --limit, an array of it by --key, or other files by now',
        );
      return withChanged(
        { [side]: await sample.drawn(second[side], side) },
        'as many of its images in their place',
      );
    }
    case 'n of the reference':
      return effectOfSize(movesTogether(known) ? ['reference', 'generated'] : ['reference'], known);
    case 'n of the generated set':
      return movesTogether(known)
        ? notMeasured('counted with n of the reference')
        : effectOfSize(['generated'], known);
    case 'network':
      if (other === null || second.encoder.origin === 'custom' || second.encoder.origin === 'unknown')
        return notMeasured(`${second.encoder.id} is no published network`);
      return withChanged(
        { network: second.encoder.id, preprocessing: other },
        'the sample encoded anew, with that network’s preprocessing',
      );
    default: {
      if (isOtherNetwork) return notMeasured('counted with the network');
      if (other === null) return notMeasured(`${second.source} does not say`);
      if (facet === 'resizer') return encoded({ resize: other.resize, resample: other.resample });
      return facet === 'crop' ? encoded({ crop: other.crop }) : encoded({ range: other.range });
    }
  }
}

/** Pillow's default, of files whose quality nothing says. */
const USUAL_QUALITY = 75;

/** The sample's files compressed as those of the second are; what is lossy already cannot be had without. */
async function effectOfFormat(
  { first, second, own, sample }: Known,
  withChanged: (variant: Partial<Variant>, how: string) => Promise<FacetEffect>,
): Promise<FacetEffect> {
  const changed: { reference?: ImageSet; generated?: ImageSet } = {};
  const how: string[] = [];
  for (const side of sidesOf(first)) {
    const mine = await sample.format(first[side], side);
    const theirs = await sample.format(second[side], side);
    const stated = second.files.lossy;
    if (mine === null || (theirs === null && stated === null))
      return notMeasured('nothing says how the files of one of the two were compressed');
    if (theirs?.compression === 'mixed') return notMeasured(`${theirs.text}: JPEG alone is made anew`);
    const quality = theirs === null ? (stated === side ? USUAL_QUALITY : null) : theirs.quality;
    const isFiner = mine.compression === 'lossless' || (mine.quality ?? 0) > (quality ?? 100);
    if (quality === mine.quality && mine.compression !== 'mixed') continue;
    if (!isFiner || quality === null)
      return notMeasured(`the ${side} images are ${mine.text}, and finer ones are not here`);
    changed[side] = asJpeg(own[side], quality);
    const again = mine.compression === 'lossless' ? '' : ', compressed once more';
    const assumed = theirs === null ? ', Pillow’s default, since nothing says which' : '';
    how.push(`the sample’s ${side} images as JPEG of quality ${quality}${assumed}${again}`);
  }
  if (how.length === 0) return { change: 0, how: 'files of the same pixels, or of one quality' };
  return withChanged(changed, how.join(' and '));
}

/** Both sides have one n, and another one: halves of both keep pairs of images together. */
function movesTogether({ first, second }: Known): boolean {
  return (
    first.n.reference === first.n.generated &&
    second.n.reference === second.n.generated &&
    first.n.generated !== second.n.generated
  );
}

/** The bias to first order in 1/n, from half of the sample's images: c·(1/n₂ − 1/n₁). */
async function effectOfSize(
  sides: readonly Side[],
  { first, second, own, base, sample, record, computed }: Known,
): Promise<FacetEffect> {
  const [side] = sides;
  const [from, to] = [first.n[side!], second.n[side!]];
  if (from === null || to === null) return notMeasured('one of the two does not say its n');
  if (record.isUnbiased) return { change: 0, how: 'the metric is unbiased: n moves no expectation' };
  const n = Math.min(...sides.map((one) => own[one].entries.length));
  const half = Math.floor(n / 2);
  if (half < IMAGES_FOR_DIMENSION * base.d)
    return notMeasured(
      `half of the sample is ${half} images, and the bias is a multiple of 1/n from ${IMAGES_FOR_DIMENSION * base.d} on`,
    );
  const halved = await computed(Object.fromEntries(sides.map((one) => [one, sample.part(own[one], half)])));
  const slope = (halved.value - base.value) / (1 / half - 1 / n);
  const how = `from half of the sample${sides.length > 1 ? ' on both sides' : ''}, to first order in 1/n`;
  return { change: slope * (1 / to - 1 / from), how };
}
