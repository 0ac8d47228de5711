import { distortionResponse } from './analysis/distortion-response.js';
import type { StudyCurve, StudyResponse } from './study-report.js';

/** How each metric answers to each family of distortions, on each arm, at the largest size; level 0 is the plain set. */
export function studyResponses(curves: readonly StudyCurve[]): readonly StudyResponse[] {
  const distorted = curves.filter(({ distortion }) => distortion !== 'none');
  const keys = new Map(
    distorted.map(({ metric, arm, distortion }) => [
      JSON.stringify([metric, arm, distortion]),
      { metric, arm, distortion },
    ]),
  );
  return [...keys.values()].flatMap(({ metric, arm, distortion }) => {
    const family = curves.filter(
      (curve) =>
        curve.metric === metric &&
        curve.arm === arm &&
        (curve.distortion === distortion || curve.distortion === 'none'),
    );
    const direction = family[0]!.direction;
    const largest = Math.min(...family.map(({ points }) => points.at(-1)?.sampleSize ?? 0));
    const levels = family
      .flatMap(({ level, points }) => {
        const point = points.find(({ sampleSize }) => sampleSize === largest);
        return point === undefined ? [] : [{ level, value: point.mean }];
      })
      .sort((a, b) => a.level - b.level);
    if (direction === 'neither' || levels.length < 2) return [];
    return [
      { metric, direction, arm, distortion, levels, response: distortionResponse(levels, { direction }) },
    ];
  });
}
