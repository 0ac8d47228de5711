/**
 * A size as a person says it, in powers of ten as download pages do.
 *
 * @example
 * sizeText(95628359); // '95.6 MB'
 */
export function sizeText(bytes: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB'];
  const power = Math.min(bytes < 1 ? 0 : Math.floor(Math.log10(bytes) / 3), units.length - 1);
  const value = bytes / 1000 ** power;
  return power === 0 ? `${bytes} bytes` : `${value.toFixed(value < 100 ? 1 : 0)} ${units[power]}`;
}
