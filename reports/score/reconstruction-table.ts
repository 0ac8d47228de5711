import { spreadsheetText } from '../../encoders/files/csv-text.js';
import { countText, errorText, numberText } from '../../numerics/number-text.js';
import {
  type MeanSimilarity,
  type ReconstructedPair,
  type ReconstructionReport,
  SIMILARITIES,
} from '../../scoring/reconstruction.js';
import { type TextTable, tableText } from '../text/text-tables.js';
import { lineText } from '../text/visible-text.js';
import { scoreTable, type TextStyle } from './score-table.js';

/** Where the similarities are defined. */
export const SIMILARITY_SOURCES: readonly string[] = [
  'Wang et al. 2004, doi:10.1109/TIP.2003.819861',
  'Wang, Simoncelli and Bovik 2003, doi:10.1109/ACSSC.2003.1292216',
];

const COLORS = {
  rgb: 'of red, green and blue, averaged',
  luma: 'of the luma of ITU-R BT.601, not rounded',
  gray: 'of the luma of ITU-R BT.601 as MATLAB’s rgb2gray has it, rounded to 8 bits',
} as const;

function meanRow({ measure, value, standardError, interval, n }: MeanSimilarity): readonly string[] {
  const { label, unit } = SIMILARITIES[measure];
  const number = (one: number) => numberText(one, { error: standardError });
  return [
    unit === '' ? label : `${label} (${unit})`,
    value === null ? '–' : number(value),
    standardError === null ? '' : `± ${errorText(standardError)}`,
    interval === null ? '' : `${number(interval.low)} to ${number(interval.high)}`,
    countText(n),
  ];
}

function notes({ color, measures }: ReconstructionReport): readonly string[] {
  return [
    `Each similarity is ${COLORS[color]}, of whole images: none is cropped or resized. Rows are means over pairs, ± their standard error, with an interval of 95 %.`,
    ...measures.map(({ measure }) => `${SIMILARITIES[measure].label}: ${SIMILARITIES[measure].formula}.`),
    ...measures.flatMap(({ measure, reason }) =>
      reason === undefined ? [] : [`${SIMILARITIES[measure].label}: ${reason}.`],
    ),
  ];
}

/** The means, as the terminal, the page and a paper show them. */
export function reconstructionTextTable(report: ReconstructionReport): TextTable {
  return {
    title: `Reconstruction of ${countText(report.pairs.length)} images`,
    header: ['similarity', 'mean', 'error', '95 %', 'pairs'],
    rows: report.measures.map(meanRow),
    notes: notes(report),
    label: 'reconstruction',
  };
}

function pairRow({ id, psnr, ssim, msSsim, lpips }: ReconstructedPair): readonly string[] {
  const text = (value: number | null, digits: number) => (value === null ? '–' : value.toFixed(digits));
  return [
    id,
    text(psnr, 2),
    text(ssim, 4),
    text(msSsim, 4),
    ...(lpips === undefined ? [] : [text(lpips, 4)]),
  ];
}

/** The pairs of the lowest PSNR, lowest first. */
export function worstPairs({ worst, pairs }: ReconstructionReport): readonly ReconstructedPair[] {
  const byId = new Map(pairs.map((pair) => [pair.id, pair]));
  return worst.map((id) => byId.get(id)!);
}

function hasLpips([first]: readonly ReconstructedPair[]): boolean {
  return first?.lpips !== undefined;
}

/** The pairs as a table. */
export function pairTable(pairs: readonly ReconstructedPair[]): Pick<TextTable, 'header' | 'rows'> {
  const lpips = hasLpips(pairs) ? ['LPIPS'] : [];
  return { header: ['image', 'PSNR (dB)', 'SSIM', 'MS-SSIM', ...lpips], rows: pairs.map(pairRow) };
}

/** What the terminal shows: means, worst pairs, and the distances of the sets. */
export function reconstructionTable(report: ReconstructionReport, style: TextStyle): string {
  const { originals, decoded, joinedBy, sets } = report;
  const table = reconstructionTextTable(report);
  const worst = pairTable(worstPairs(report));
  const right = ['left', 'right', 'right', 'right', 'right'] as const;
  return [
    lineText(`originals  ${originals.source}  ${countText(originals.n)} images`),
    lineText(`decoded    ${decoded.source}  joined by ${joinedBy}`),
    '',
    ...tableText({ ...table, align: right }),
    '',
    'Worst pairs, by PSNR',
    ...tableText({ ...worst, rows: worst.rows.map((row) => row.map(lineText)), align: right }),
    '',
    ...(table.notes ?? []),
    ...(sets === null ? [] : ['', scoreTable(sets, style)]),
    '',
  ].join('\n');
}

/** A line for each pair. */
export function reconstructionCsv({ pairs }: ReconstructionReport): string {
  return spreadsheetText([
    ['id', 'decoded', 'width', 'height', 'psnr', 'ssim', 'ms_ssim', ...(hasLpips(pairs) ? ['lpips'] : [])],
    ...pairs.map(({ id, decoded, width, height, psnr, ssim, msSsim, lpips }) => [
      id,
      decoded,
      width,
      height,
      psnr,
      ssim,
      msSsim,
      ...(lpips === undefined ? [] : [lpips]),
    ]),
  ]);
}
