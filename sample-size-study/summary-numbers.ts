/** A value in the summary: four significant digits. */
export function short(value: number): string {
  return String(Number(value.toPrecision(4)));
}

/** A number of images, its thousands apart. */
export function count(n: number): string {
  return n.toLocaleString('en-US');
}

/** A time in the largest unit that it fills, two significant digits. */
export function duration(ms: number): string {
  const units = [
    [3_600_000, 'h'],
    [60_000, 'min'],
    [1000, 's'],
  ] as const;
  const [unit, name] = units.find(([length]) => ms >= length) ?? [1, 'ms'];
  return `${Number((ms / unit).toPrecision(2))} ${name}`;
}
