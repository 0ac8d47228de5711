import type { StudyArm, StudyDesign } from './study-design.js';

/** Name of the arm in which one half of the reference is scored against the other: the floor under every distance. */
export const FLOOR_ARM = 'reference-halves';

/** Images that are encoded once: an arm as it is, or under one level of one family. */
export interface StudyCell {
  /** null: the noise floor */
  readonly arm: StudyArm | null;
  readonly name: string;
  /** `none` for the images as they are */
  readonly distortion: string;
  readonly level: number;
}

/** The cells of a design in the order in which they run: each arm plain, then distorted; the floor last. */
export function studyCells(design: StudyDesign): readonly StudyCell[] {
  const arms = design.arms.flatMap((arm) => [
    { arm, name: arm.name, distortion: 'none', level: 0 },
    ...design.distortions.flatMap(({ kind, levels }) =>
      levels.map((level) => ({ arm, name: arm.name, distortion: kind, level })),
    ),
  ]);
  return [...arms, { arm: null, name: FLOOR_ARM, distortion: 'none', level: 0 }];
}
