import type { Comparison } from './comparison.js';

/** How large a benchmark is to be: `full` for figures, `quick` to see that it runs. */
export type BenchSize = 'full' | 'quick';

/** One subject's benchmark. */
export interface Topic {
  readonly name: string;
  /** what is compared, in a sentence */
  readonly about: string;
  run(size: BenchSize): Promise<TopicResult>;
}

export interface TopicResult {
  readonly comparisons: readonly Comparison[];
  /** other figures: errors, memory */
  readonly figures: Readonly<Record<string, number | string>>;
}
