import type { StudyDesign } from './study-design.js';
import type { StudyTask } from './study-run.js';

/** What a study would compute, in lines: cells, metrics, draws, and the largest arrays it would hold. */
export function studyPlanText(tasks: readonly StudyTask[], design: StudyDesign): string {
  const cells = [...new Set(tasks.map(({ cell }) => cell))];
  const values = tasks.reduce(
    (sum, { draws, metric }) =>
      sum + draws.reduce((total, { sizes }) => total + sizes.length * metric.results.length, 0),
    0,
  );
  const sizes = [...new Set(tasks.flatMap((task) => task.sizes))].sort((a, b) => a - b);
  const kernels = tasks.filter(({ metric }) => ['kid', 'cmmd', 'cmmd-v'].includes(metric.id));
  const subsets = Math.max(
    0,
    ...kernels.map(({ draws }) => draws.reduce((sum, draw) => sum + draw.sizes.length, 0)),
  );
  const largest = sizes.at(-1) ?? 0;
  return [
    `${cells.length} sets to encode: ${cells.map(cellName).join(', ')}`,
    `metrics: ${design.metrics.join(', ')}; sizes: ${sizes.join(', ')}`,
    `${values.toLocaleString('en-US')} values in ${tasks.reduce((sum, { draws }) => sum + draws.length, 0).toLocaleString('en-US')} draws`,
    `memory: embeddings of two sets at a time, and ${megabytes(8 * subsets * largest)} for the subsets of kernel metrics`,
  ].join('\n');
}

function cellName({ name, distortion, level }: StudyTask['cell']): string {
  return distortion === 'none' ? name : `${name} (${distortion} ${level})`;
}

function megabytes(bytes: number): string {
  return `${Math.ceil(bytes / 2 ** 20).toLocaleString('en-US')} MB`;
}
