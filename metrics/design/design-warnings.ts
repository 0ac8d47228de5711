import type { Warning } from '../../encoders/encoder.js';
import type { Comparison } from '../metric-definition.js';
import type { SamplingDesign } from './sampling-design.js';

/** What the sampling design leaves in doubt. */
export function designWarnings({
  sets,
  design,
  sides,
}: {
  readonly sets: Comparison;
  readonly design: SamplingDesign;
  readonly sides: readonly (keyof Comparison)[];
  readonly interval: { readonly level: number } | null;
}): readonly Warning[] {
  return sides.flatMap((side) => {
    const { strata } = design.sides[side];
    if (strata === null || strata.small === 0) return [];
    const of = strata.small === 1 ? '1 stratum' : `${strata.small} strata`;
    return [
      {
        code: 'SMALL_STRATA',
        message: `${of} of ${sets[side].source} hold fewer than 5 images (${strata.single} hold one): they are taken together, so that intervals err on the wide side`,
      },
    ];
  });
}
