/** A value in the summary: four significant digits. */
export function short(value: number): string {
  return String(Number(value.toPrecision(4)));
}

/** A number of images, its thousands apart. */
export function count(n: number): string {
  return n.toLocaleString('en-US');
}
