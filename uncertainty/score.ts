/**
 * One number for each image: the higher, the more uncertain. There are no positions, only ids, so that two scores, or
 * scores and images, can be joined in no other way.
 */
export interface Score {
  /** the column's name: `sum`, `patch-max`, `png-bytes` */
  readonly name: string;
  /** from id to a finite number */
  readonly byId: ReadonlyMap<string, number>;
  /** ids for which the number does not exist, with the reason */
  readonly undefinedIds: ReadonlyMap<string, string>;
}
