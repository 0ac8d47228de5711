import type { EmbeddedSet } from '../../encoders/embedded-set.js';
import type { KnownStatistics } from '../../encoders/files/known-statistics.js';
import { CROPS } from '../../encoders/images/preprocessing.js';
import { countText } from '../../numerics/number-text.js';

/** What a card says beside what the file knows itself. */
export interface CardFacts {
  readonly set: EmbeddedSet;
  /** length of the embeddings */
  readonly d: number;
  readonly n: number | null;
  readonly dataset: string | undefined;
  readonly split: string | undefined;
  /** name and SHA-256 of the file, where there is one */
  readonly file: { readonly name: string; readonly sha256: string } | null;
  /** the published file that it is; null: none that is known */
  readonly known: KnownStatistics | null;
  readonly version: string;
}

const UNKNOWN = 'not known';
const SIZES_SHOWN = 3;

/** Resizer, crop and range of pixels out of `preprocessingId`. */
function steps(preprocessing: string | null): readonly (readonly [string, string])[] {
  if (preprocessing === null)
    return [
      ['resizer', UNKNOWN],
      ['crop', UNKNOWN],
      ['pixel range', UNKNOWN],
    ];
  const [resizer, ...rest] = preprocessing.split(', ');
  const crop = CROPS.find((name) => rest[0] === name);
  const range = (crop === undefined ? rest : rest.slice(1)).join(', ');
  return [
    ['resizer', resizer!],
    ['crop', crop ?? 'none'],
    ['pixel range', range],
  ];
}

function sizesText({ imageSizes }: EmbeddedSet): string {
  if (imageSizes === undefined || imageSizes.length === 0) return UNKNOWN;
  const shown = imageSizes
    .slice(0, SIZES_SHOWN)
    .map(({ width, height, count }) => `${width} × ${height} (${countText(count)})`);
  const rest = imageSizes.length - SIZES_SHOWN;
  return rest > 0 ? `${shown.join(', ')} and ${rest} others` : shown.join(', ');
}

/**
 * The card that goes with statistics which are shared: all that somebody needs to compare with them, in Markdown.
 *
 * @returns lines; what is not known says so
 */
export function statisticsCard({ set, d, n, dataset, split, file, known, version }: CardFacts): string {
  const { encoder, decoding, digest, skipped, shards, warnings } = set;
  const rows: readonly (readonly [string, string])[] = [
    ['dataset', dataset ?? 'not stated'],
    ['split', split ?? 'not stated'],
    ['images (n)', n === null ? UNKNOWN : countText(n)],
    ['image sizes', sizesText(set)],
    ...steps(encoder.preprocessing),
    ['decoding', decoding ?? UNKNOWN],
    ['network', `${encoder.id}, ${encoder.origin}`],
    ['network, SHA-256', encoder.sha256 ?? UNKNOWN],
    ['dimensions', countText(d)],
    ['covariance', 'divisor n − 1, float64'],
    ['images, digest', digest ?? UNKNOWN],
    ['file, SHA-256', file === null ? UNKNOWN : `${file.sha256} (${file.name})`],
    ...(known === null ? [] : ([['published as', `${known.name}: ${known.holds} (${known.url})`]] as const)),
    ['made by', `steadfid ${version}`],
  ];
  const doubts = [
    ...(skipped.length === 0 ? [] : [`${countText(skipped.length)} images were left out.`]),
    ...(shards === null || shards === undefined ? [] : ['Only parts of the set are in it.']),
    ...warnings.map(({ message }) => message),
  ];
  const cell = (text: string) => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
  return [
    '| statistics | |',
    '| --- | --- |',
    ...rows.map(([name, text]) => `| ${name} | ${cell(text)} |`),
    ...(doubts.length === 0 ? [] : ['', ...doubts.map((text) => `* ${cell(text)}`)]),
    '',
  ].join('\n');
}
