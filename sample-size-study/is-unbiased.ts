const UNBIASED = new Set(['kid', 'kid-all-pairs', 'cmmd']);

/** Whether a number's mean is the same at every n, so that no line in 1/n is needed to find its limit. */
export function isUnbiased({ metric }: { readonly metric: string }): boolean {
  return UNBIASED.has(metric);
}
