import { defined } from '../defined.js';
import type { EncoderIdentity } from '../encoders/encoder.js';
import {
  CROPS,
  type PixelRange,
  type Preprocessing,
  preprocessingId,
  RESAMPLERS,
} from '../encoders/images/preprocessing.js';
import { officialEncoder } from '../encoders/networks/encoder-catalog.js';
import { tappedEncoder } from '../encoders/networks/tapped-encoder.js';
import { isSameContent, type SetContent } from '../encoders/set-content.js';
import { OptionError } from '../errors.js';
import { METRICS, metricById } from '../metrics/metric-catalog.js';
import type { Parameters } from '../metrics/metric-definition.js';
import { countText } from '../numerics/number-text.js';
import { protocolById } from './published-protocol.js';
import {
  type KnownSource,
  type ScoredSide,
  type ScoreReport,
  type ScoreResult,
  sideName,
} from './score-report.js';

/** What two numbers may differ in. */
export type Facet =
  | 'formula'
  | 'parameters'
  | 'n of the reference'
  | 'n of the generated set'
  | 'reference'
  | 'generated set'
  | 'network'
  | 'resizer'
  | 'crop'
  | 'range of pixels'
  | 'format';

/** What a facet moves the number by on a sample of the first's images, all else as the first has it; or why that is not measured. */
export type FacetEffect =
  | { readonly change: number; readonly how: string }
  | { readonly change: null; readonly reason: string };

export interface FacetDifference {
  readonly facet: Facet;
  /** as each number has it; null: nothing says */
  readonly first: string | null;
  readonly second: string | null;
  readonly effect: FacetEffect;
}

/** How a number came about, as far as its report or protocol says. */
export interface NumberSetting {
  /** the report, or the protocol, as typed */
  readonly source: string;
  readonly metric: string;
  readonly protocol: string;
  readonly value: number | null;
  readonly formula: string;
  readonly parameters: Parameters;
  readonly n: { readonly reference: number | null; readonly generated: number | null };
  readonly reference: StatedSet;
  readonly generated: StatedSet;
  readonly encoder: EncoderIdentity;
  /** how the files are compressed, or which side is lossy, and how they were decoded; null: nothing says */
  readonly format: string | null;
  /** the same as data */
  readonly files: StatedFiles;
}

/** What a report or a protocol says of the files of images. */
interface StatedFiles {
  /** null: nothing says */
  readonly decoding: string | null;
  /** the side that alone is lossy; `none`: both are lossless; null: nothing says */
  readonly lossy: 'reference' | 'generated' | 'none' | null;
}

interface StatedSet {
  /** a path, or what a protocol says of it */
  readonly text: string;
  readonly path: string | null;
  readonly content: SetContent | null;
  /** the published file that it is; left out where it is none */
  readonly known?: KnownSource;
}

function statedSet(side: ScoredSide): StatedSet {
  return {
    text: sideName(side),
    path: side.source,
    content: side.content,
    ...defined({ known: side.known }),
  };
}

/** The same in words. */
function formatOf({ decoding, lossy }: StatedFiles): string | null {
  if (decoding === null) return null;
  return `${lossy === null ? 'files of one kind' : `lossy ${lossy} files`}, ${decoding}`;
}

function filesOf({ warnings }: ScoreResult, report: ScoreReport): StatedFiles {
  const said = warnings.find(({ code }) => code === 'LOSSY_ON_ONE_SIDE');
  const lossy = (['generated', 'reference'] as const).find((side) =>
    said?.message.startsWith(`${report[side].source} holds lossy`),
  );
  return { decoding: decodingOf(report), lossy: lossy ?? null };
}

function decodingOf({ reference, generated }: ScoreReport): string | null {
  const decodings = [reference, generated].map(({ content }) => content?.decoding ?? null);
  const known = [...new Set(decodings.filter((one) => one !== null))];
  return known.length === 0 ? null : known.join(', ');
}

/** A result of a report as a setting. */
export function settingOfResult(source: string, report: ScoreReport, result: ScoreResult): NumberSetting {
  const { metric, protocol, value, formula, parameters, n, encoder } = result;
  const files = filesOf(result, report);
  return {
    source,
    metric,
    protocol,
    value,
    formula,
    parameters,
    n: { reference: n.reference, generated: n.generated },
    reference: statedSet(report.reference),
    generated: statedSet(report.generated),
    encoder,
    format: formatOf(files),
    files,
  };
}

/**
 * A published value with what its protocol states.
 *
 * @throws OptionError UNKNOWN_PROTOCOL; CONFLICTING_OPTIONS for a number that the protocol does not give
 */
export function settingOfProtocol(
  id: string,
  {
    metric,
    value,
    n,
  }: { readonly metric: string; readonly value: number | null; readonly n?: number | undefined },
): NumberSetting {
  const protocol = protocolById(id);
  const record = protocol.metrics
    .map(metricById)
    .find(({ results }) => results.some((one) => one.id === metric));
  if (record === undefined)
    throw new OptionError('CONFLICTING_OPTIONS', {
      where: `--protocol ${id}`,
      expected: `gives ${protocol.metrics.flatMap((one) => metricById(one).results.map((result) => result.id)).join(', ')}`,
      received: metric,
      help: 'Name one of them: --published fid-tf=2.97.',
    });
  const own = Object.entries(protocol.parameters).filter(([name]) => name in record.parameters);
  const encoder = protocol.encoder ?? record.encoder;
  const preprocessing =
    encoder === record.encoder
      ? record.preprocessing
      : (tappedEncoder(encoder)?.of ?? officialEncoder(encoder)).preprocessing;
  const unstated = { path: null, content: null };
  return {
    source: `--protocol ${id}`,
    metric,
    protocol: record.id,
    value,
    formula: record.results.find((one) => one.id === metric)?.formula ?? record.formula,
    parameters: { ...record.parameters, ...Object.fromEntries(own) },
    n: { reference: null, generated: n ?? protocol.n },
    reference: { text: protocol.reference, ...unstated },
    generated: { text: 'the model’s', ...unstated },
    encoder: { id: encoder, sha256: null, preprocessing: preprocessingId(preprocessing), origin: 'official' },
    format: protocol.images,
    files: { decoding: null, lossy: 'none' },
  };
}

const PREPROCESSING = /^(?:unresized|(\S+) (\d+)(?:×(\d+))?)(?:, (center|center-square-first))?, (.+)$/;
const NORMALIZATION = /^mean (\S+) (\S+) (\S+), std (\S+) (\S+) (\S+)$/;

/** Preprocessing out of its printed name; null for another tool's. */
export function parsedPreprocessing(text: string | null): Preprocessing | null {
  const [, resampler, height, width, cut = 'none', values] = PREPROCESSING.exec(text ?? '') ?? [];
  if (values === undefined) return null;
  const resample = RESAMPLERS.find((one) => one === (resampler ?? RESAMPLERS[0]));
  const crop = CROPS.find((one) => one === cut);
  const numbers = NORMALIZATION.exec(values)?.slice(1).map(Number);
  const plain = (['0..255', '0..1', '-1..1', '(x-128)/128'] as const).find((one) => one === values);
  const range: PixelRange | undefined =
    numbers === undefined
      ? plain
      : {
          mean: numbers.slice(0, 3) as [number, number, number],
          std: numbers.slice(3) as [number, number, number],
        };
  if (resample === undefined || crop === undefined || range === undefined) return null;
  const side = Number(height);
  const resize = height === undefined ? null : width === undefined ? side : ([side, Number(width)] as const);
  return { resize, resample, crop, range };
}

/** The parts of a preprocessing, as tables name them. */
function partsOf(text: string | null) {
  const parsed = parsedPreprocessing(text);
  if (parsed === null) return { resizer: text, crop: null, range: null };
  const { resize, resample, crop, range } = parsed;
  const size = typeof resize === 'number' ? String(resize) : (resize?.join('×') ?? '');
  return {
    resizer: resize === null ? 'none' : `${resample} ${size}`,
    crop,
    range: typeof range === 'string' ? range : `mean ${range.mean.join(' ')}, std ${range.std.join(' ')}`,
  };
}

function parametersText(parameters: Parameters, others: Parameters): string {
  const own = Object.entries(parameters).filter(([name, value]) => others[name] !== value);
  return own.length === 0 ? 'none of these' : own.map(([name, value]) => `${name} = ${value}`).join(', ');
}

type Differing = Omit<FacetDifference, 'effect'>;

/** A facet whose texts differ, or that one of the two does not state. */
function differing(facet: Facet, first: string | null, second: string | null): readonly Differing[] {
  return first === second ? [] : [{ facet, first, second }];
}

function setsDiffer(facet: Facet, first: StatedSet, second: StatedSet): readonly Differing[] {
  if (first.content !== null && second.content !== null && isSameContent(first.content, second.content))
    return [];
  const text = ({ text: path, content, known }: StatedSet) => {
    const name = known === undefined ? path : `${path}, the published ${known.name}`;
    return content === null ? name : `${name} (SHA-256 ${content.digest.slice(0, 8)})`;
  };
  return [{ facet, first: text(first), second: text(second) }];
}

function networkText({ id, sha256 }: EncoderIdentity, other: EncoderIdentity): string {
  return id === other.id && sha256 !== null ? `${id} (SHA-256 ${sha256.slice(0, 8)})` : id;
}

function isSameNetwork(first: EncoderIdentity, second: EncoderIdentity): boolean {
  if (first.id !== second.id) return false;
  return first.sha256 === null || second.sha256 === null || first.sha256 === second.sha256;
}

function looksAtReference({ protocol }: NumberSetting): boolean {
  return METRICS.find(({ id }) => id === protocol)?.sides !== 'generated';
}

/** Everything in which two numbers differ, or in which one of them is not stated. */
export function settingDifferences(first: NumberSetting, second: NumberSetting): readonly Differing[] {
  const count = (n: number | null) => (n === null ? null : countText(n));
  const [one, other] = [partsOf(first.encoder.preprocessing), partsOf(second.encoder.preprocessing)];
  const parameters = [first.parameters, second.parameters] as const;
  const isSame = Object.keys({ ...parameters[0], ...parameters[1] }).every(
    (name) => parameters[0][name] === parameters[1][name],
  );
  return [
    ...differing('formula', first.formula, second.formula),
    ...(isSame || first.formula !== second.formula
      ? []
      : differing(
          'parameters',
          parametersText(parameters[0], parameters[1]),
          parametersText(parameters[1], parameters[0]),
        )),
    ...differing('n of the reference', count(first.n.reference), count(second.n.reference)),
    ...differing('n of the generated set', count(first.n.generated), count(second.n.generated)),
    ...(looksAtReference(first) ? setsDiffer('reference', first.reference, second.reference) : []),
    ...setsDiffer('generated set', first.generated, second.generated),
    ...(isSameNetwork(first.encoder, second.encoder)
      ? []
      : differing(
          'network',
          networkText(first.encoder, second.encoder),
          networkText(second.encoder, first.encoder),
        )),
    ...differing('resizer', one.resizer, other.resizer),
    ...differing('crop', one.crop, other.crop),
    ...differing('range of pixels', one.range, other.range),
    ...differing('format', first.format, second.format),
  ];
}

/**
 * The numbers of two reports that are of one formula: of one metric, or of metrics that differ in network, preprocessing or parameters.
 *
 * @throws OptionError CONFLICTING_OPTIONS where there is none, or `metric` is not in both
 */
export function commonNumbers(
  first: { readonly source: string; readonly report: ScoreReport },
  second: { readonly source: string; readonly report: ScoreReport },
  metric: string | undefined,
): readonly (readonly [NumberSetting, NumberSetting])[] {
  const settings = ({ source, report }: typeof first) =>
    report.results.map((result) => settingOfResult(source, report, result));
  const [ones, others] = [settings(first), settings(second)];
  const asked = metric === undefined ? ones : ones.filter((one) => one.metric === metric);
  const pairs = asked.flatMap((one) => {
    const twin =
      others.find((other) => other.metric === one.metric) ??
      others.find(
        (other) => other.formula === one.formula && !ones.some(({ metric: own }) => own === other.metric),
      );
    return twin === undefined ? [] : [[one, twin] as const];
  });
  if (pairs.length > 0) return pairs;
  const named = (of: readonly NumberSetting[]) => of.map((one) => one.metric).join(', ');
  throw new OptionError('CONFLICTING_OPTIONS', {
    where: metric === undefined ? 'explain-difference' : `--metric ${metric}`,
    expected: 'both reports must hold a number of one formula',
    received: `${named(ones)} in ${first.source}, ${named(others)} in ${second.source}`,
  });
}
