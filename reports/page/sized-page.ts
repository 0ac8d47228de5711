import type { Figure, Panel } from '../figures/figure.js';

/** Bytes of a page: what mail takes and a browser opens at once. */
const MOST_BYTES = 3_000_000;

/** What may be on a page; what is left out is said, and stands in the files beside it. */
interface Allowance {
  readonly views: 'all' | 'first';
  readonly rows: number;
  readonly figures: number;
}

const ALLOWANCES: readonly Allowance[] = [
  { views: 'all', rows: 200, figures: Number.POSITIVE_INFINITY },
  { views: 'first', rows: 50, figures: Number.POSITIVE_INFINITY },
  { views: 'first', rows: 0, figures: 16 },
  { views: 'first', rows: 0, figures: 8 },
  { views: 'first', rows: 0, figures: 3 },
  { views: 'first', rows: 0, figures: 0 },
];

/** The fullest page that is not too large. `note` says what was left out, empty where nothing was; tables have at most `rows`. */
export function sizedPage(
  figures: readonly Figure[],
  pageOf: (shown: readonly Figure[], note: string, rows: number) => string,
): string {
  let written = '';
  for (const allowance of ALLOWANCES) {
    const shown = figures.slice(0, allowance.figures).map((figure) => trimmed(figure, allowance));
    written = pageOf(shown, noteOf(allowance, figures.length), allowance.rows);
    if (Buffer.byteLength(written) < MOST_BYTES) break;
  }
  return written;
}

function trimmed(figure: Figure, { views, rows }: Allowance): Figure {
  return {
    ...figure,
    panels:
      views === 'all'
        ? figure.panels
        : figure.panels.map(({ narrow, ...panel }) => ({
            ...withFirstView(panel),
            ...(narrow === undefined ? {} : { narrow: withFirstView(narrow) }),
          })),
    table: { ...figure.table, rows: figure.table.rows.slice(0, rows) },
  };
}

function withFirstView<T extends Pick<Panel, 'views'>>(panel: T): T {
  return { ...panel, views: panel.views.slice(0, 1) };
}

function noteOf({ views, rows, figures }: Allowance, all: number): string {
  if (views === 'all') return '';
  const left = all - Math.min(all, figures);
  const parts = [
    'all but the first axes of each figure',
    rows === 0 ? 'the tables behind the figures' : `rows of tables after the ${rows}th`,
    ...(left > 0 ? [`${left} of ${all} figures`] : []),
  ];
  return `To keep this page below ${MOST_BYTES / 1e6} MB it leaves out ${parts.join(', ')}: the files in figures/ have everything.`;
}
