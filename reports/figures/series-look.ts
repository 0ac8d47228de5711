/** How the lines and dots of one series are drawn. */
export interface SeriesLook {
  readonly color: string;
  /** SVG dash array; null: a whole line */
  readonly dash: string | null;
  /** of its dots; left out: a circle */
  readonly marker?: Marker;
}

/** Shapes of dots, in the order in which series take them. */
const MARKERS = ['circle', 'square', 'triangle', 'diamond2', 'star', 'wye', 'cross'] as const;
export type Marker = (typeof MARKERS)[number];

/**
 * Distinguishable with any kind of color vision: Okabe and Ito 2008, without black and yellow, which vanish on dark or light. In an
 * order that keeps the first four far apart for red- and green-blind eyes, to whom green and pink are nearly one.
 */
const COLORS = ['#0072B2', '#D55E00', '#009E73', '#56B4E9', '#E69F00', '#CC79A7'] as const;
const DASHES = [null, '6 3', '2 3', '9 3 2 3', '12 4', '1 4', '4 2'] as const;

/** Of what is not one of the sets compared. */
export const BACKGROUND_LOOK: SeriesLook = { color: '#7d8590', dash: '2 3' };
/** Of sets that are too many to distinguish by color. */
export const CROWD_LOOK: SeriesLook = { color: '#7d8590', dash: null };

/**
 * The look of the i-th series: the next color, dash and marker at once, so that seven differ in a gray print too; 42 differ as lines and as dots,
 * since the numbers of colors and of dashes have no common divisor.
 */
export function seriesLook(i: number): SeriesLook {
  const other = i % DASHES.length;
  return { color: COLORS[i % COLORS.length]!, dash: DASHES[other]!, marker: MARKERS[other]! };
}
