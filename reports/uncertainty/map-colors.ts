/** Ten steps of viridis (van der Walt and Smith 2015): even in lightness, and distinguishable with any kind of color vision. */
const STEPS = [
  [68, 1, 84],
  [72, 40, 120],
  [62, 73, 137],
  [49, 104, 142],
  [38, 130, 142],
  [31, 158, 137],
  [53, 183, 121],
  [110, 206, 88],
  [181, 222, 43],
  [253, 231, 37],
] as const;

/** Pixels of a map as colors, 8 bits a channel, dark at `low` and bright at `high`; values beyond are cut off there. */
export function mapColors(
  data: ArrayLike<number>,
  { low, high }: { readonly low: number; readonly high: number },
): Uint8Array {
  const colors = new Uint8Array(3 * data.length);
  const range = high - low;
  for (let i = 0; i < data.length; i++) {
    const share = range > 0 ? Math.min(1, Math.max(0, (data[i]! - low) / range)) : 0;
    const position = share * (STEPS.length - 1);
    const from = Math.min(STEPS.length - 2, Math.floor(position));
    for (let c = 0; c < 3; c++) {
      const [a, b] = [STEPS[from]![c]!, STEPS[from + 1]![c]!];
      colors[3 * i + c] = Math.round(a + (position - from) * (b - a));
    }
  }
  return colors;
}
