import { spreadsheetText } from '../../encoders/files/csv-text.js';
import type { Html } from '../page/html.js';
import type { SeriesLook } from './series-look.js';

/** A drawing inside a figure, in one or more views; the first is the one that files hold. */
export interface Panel {
  readonly title: string;
  readonly width: number;
  readonly height: number;
  readonly views: readonly { readonly name: string; readonly drawing: Html }[];
  /** the same for a screen that is too narrow for it */
  readonly narrow?: Pick<Panel, 'width' | 'height' | 'views'>;
  /** the first view with the names of its series at the ends of their lines; null where these are too many or too long */
  readonly named?: () => Html | null;
}

/** One entry of the key: a name and how it is drawn. */
export interface KeyEntry {
  readonly text: string;
  readonly mark:
    | 'line'
    | 'dots'
    | 'area'
    | 'swatch'
    | 'ring'
    | 'diamond'
    | 'hollow'
    | 'rule'
    | 'cross'
    | 'triangle'
    | 'beyond'
    | 'open';
  readonly look: SeriesLook;
  /** number of the series that it names; null: a sign that all series share */
  readonly series: number | null;
}

export type NumberCell = string | number | null;

/** A figure of a report, and the numbers behind it. */
export interface Figure {
  /** of its files, without the ending: `curve-fid` */
  readonly name: string;
  /** the file of its report that it is drawn from */
  readonly source:
    | 'study.json'
    | 'study-comparison.json'
    | 'compare.json'
    | 'uncertainty.json'
    | 'gallery.json'
    | 'neighbors.json'
    | 'score.json'
    | 'score-models.json'
    | 'track.json';
  /** the metric that it is of; null: several */
  readonly metric: string | null;
  /** the score whose filter it is of */
  readonly score?: string;
  readonly title: string;
  /** what it shows, for a reader who cannot see it and for the paper's caption */
  readonly caption: string;
  /** what the numbers came from, in one line */
  readonly subtitle: string;
  readonly keys: readonly KeyEntry[];
  readonly panels: readonly Panel[];
  /** two panels in a row, which belong together; left out: as many as fit */
  readonly layout?: 'pairs';
  /** what is doubtful about what it shows */
  readonly warnings: readonly string[];
  readonly comparability: 'demo' | 'comparable';
  /** as a person reads them */
  readonly table: {
    readonly header: readonly string[];
    readonly rows: readonly (readonly string[])[];
  };
  /** all of them, exact: the CSV beside the figure */
  readonly numbers: {
    readonly header: readonly string[];
    readonly rows: readonly (readonly NumberCell[])[];
  };
}

/** The numbers of a figure as CSV (RFC 4180), in as many digits as bring them back. */
export function figureCsv({ numbers: { header, rows } }: Figure): string {
  return spreadsheetText([header, ...rows]);
}
