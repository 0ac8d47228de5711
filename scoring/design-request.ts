/** Where labels of a side's images come from: a CSV file, or a pattern of file names. */
export interface LabelsOfSides {
  readonly reference?: string | undefined;
  readonly generated?: string | undefined;
}

/** How the images were drawn, as far as the caller says. */
export interface DesignRequest {
  /** CSV files `id,class`, or `none`: labels that the images carry are left alone too */
  readonly strata?: LabelsOfSides;
  /** CSV files `id,cluster`, or regular expressions whose first group, or whole match, names an image's cluster */
  readonly clusters?: LabelsOfSides;
}
