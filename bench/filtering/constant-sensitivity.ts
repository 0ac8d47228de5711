import { BEYOND_DETAIL, type BeyondDetailConstants } from '../../filtering/beyond-detail.js';
import type { Algebra } from '../../numerics/algebra.js';
import { simulatedEffect } from './simulated-worlds.js';
import type { CatalogedWorld } from './world-catalog.js';

/** The verdicts of one world's first trials, by the constants as they are and with one of them changed by a fifth. */
export interface ConstantSensitivity {
  readonly world: string;
  readonly trials: number;
  /** by the change, such as `blockSize × 0.8`: trials whose verdict changes */
  readonly flips: Readonly<Record<string, number>>;
}

/** Every constant a fifth less and a fifth more. */
function changedConstants(): Readonly<Record<string, BeyondDetailConstants>> {
  const changed = [0.8, 1.2].flatMap((factor): [string, BeyondDetailConstants][] => [
    [
      `leastUnexplained × ${factor}`,
      { ...BEYOND_DETAIL, leastUnexplained: factor * BEYOND_DETAIL.leastUnexplained },
    ],
    [`blockSize × ${factor}`, { ...BEYOND_DETAIL, blockSize: Math.round(factor * BEYOND_DETAIL.blockSize) }],
    [`extrapolation × ${factor}`, { ...BEYOND_DETAIL, extrapolation: factor * BEYOND_DETAIL.extrapolation }],
  ]);
  return Object.fromEntries(changed);
}

/** How many of a world's trials change their verdict with each constant. */
export async function constantSensitivity(
  { name, world }: CatalogedWorld,
  { trials, draws, algebra }: { readonly trials: number; readonly draws: number; readonly algebra: Algebra },
): Promise<ConstantSensitivity> {
  const flips: Record<string, number> = {};
  for (let seed = 1; seed <= trials; seed++) {
    const usual = await simulatedEffect(world, { seed, draws, algebra });
    for (const [change, constants] of Object.entries(changedConstants())) {
      const other = await simulatedEffect(world, { seed, draws, algebra, constants });
      flips[change] = (flips[change] ?? 0) + (other.verdict!.kind === usual.verdict!.kind ? 0 : 1);
    }
  }
  return { world: name, trials, flips };
}
