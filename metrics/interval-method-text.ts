/** How an interval was found, in words: `jackknife of 20 groups` for `jackknife-20`. */
export function intervalMethodText(method: string): string {
  return method.replace(/^jackknife-(\d+)/, 'jackknife of $1 groups');
}
