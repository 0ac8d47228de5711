/** A time in the largest unit that it fills, two significant digits. */
export function durationText(ms: number): string {
  const units = [
    [3_600_000, 'h'],
    [60_000, 'min'],
    [1000, 's'],
  ] as const;
  const [unit, name] = units.find(([length]) => ms >= length) ?? [1, 'ms'];
  return `${Number((ms / unit).toPrecision(2))} ${name}`;
}
