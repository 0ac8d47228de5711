/** A figure of a study, and the numbers behind it. */
export interface StudyFigure {
  /** of its file, without the ending: `curve-fid` */
  readonly name: string;
  readonly title: string;
  /** what it shows, for a reader who cannot see it and for the paper's caption */
  readonly caption: string;
  /** a whole SVG document: no script, no style sheet, no font of its own, colors of a white page */
  readonly svg: string;
  readonly table: {
    readonly header: readonly string[];
    readonly rows: readonly (readonly string[])[];
  };
}
