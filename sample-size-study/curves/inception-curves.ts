import { fewestForSplits, type SplitRule, splitBorders } from '../../metrics/inception-score.js';
import { softmaxTable } from '../../numerics/class-marginals.js';
import type { Rows } from '../../numerics/rows.js';
import type { CurveEngine, CurveValue } from './curve-engine.js';

/**
 * Inception Scores over nested subsets: splits of a subset are stretches of the draw's order, so that class sums kept at
 * every border of every split give all of them in one pass.
 */
export function inceptionCurves({
  metric,
  logits,
  ...rule
}: {
  readonly metric: string;
  readonly logits: Rows;
} & SplitRule): CurveEngine {
  const fewest = fewestForSplits(rule);
  const { probabilities, negativeEntropies } = softmaxTable(logits);
  const classes = logits.d;
  return {
    estimator:
      rule.splitting === 'chunks-of-5000'
        ? 'mean over chunks of 5,000 images of the subset'
        : `mean over ${rule.splits} splits of the subset`,
    async *curves(draws) {
      for (const draw of draws) {
        const usable = draw.sizes.filter((size) => size >= fewest);
        const borders = [...new Set(usable.flatMap((size) => splitBorders(size, rule)))].sort(
          (a, b) => a - b,
        );
        const sums = prefixSums(borders, draw.order);
        const values = draw.sizes.map((sampleSize): CurveValue => {
          if (sampleSize < fewest) {
            return { metric, sampleSize, value: null, reason: `${fewest} splits need ${fewest} images` };
          }
          const ends = splitBorders(sampleSize, rule);
          let total = 0;
          for (let i = 1; i < ends.length; i++)
            total += scoreBetween(sums.get(ends[i - 1]!)!, sums.get(ends[i]!)!);
          return { metric, sampleSize, value: total / (ends.length - 1) };
        });
        yield { draw, values };
      }
    },
  };

  /** At each border the class sums of all rows before it, then the sum of negative entropies, then the count. */
  function prefixSums(borders: readonly number[], order: Uint32Array): Map<number, Float64Array> {
    const running = new Float64Array(classes + 2);
    const kept = new Map<number, Float64Array>();
    let index = 0;
    for (const border of borders) {
      for (; index < border; index++) {
        const row = order[index]!;
        for (let c = 0; c < classes; c++) running[c]! += probabilities[row * classes + c]!;
        running[classes]! += negativeEntropies[row]!;
        running[classes + 1]! += 1;
      }
      kept.set(border, running.slice());
    }
    return kept;
  }

  function scoreBetween(start: Float64Array, end: Float64Array): number {
    const count = end[classes + 1]! - start[classes + 1]!;
    let cross = 0;
    for (let c = 0; c < classes; c++) {
      const share = (end[c]! - start[c]!) / count;
      if (share > 0) cross += share * Math.log(share);
    }
    return Math.exp(Math.max(0, (end[classes]! - start[classes]!) / count - cross));
  }
}
