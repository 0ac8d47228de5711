/**
 * What a progress line calls the encoding of a set: `noto.zip by demo-clip`, the last part of its path being enough.
 *
 * @example
 * encodingTask('examples/emoji/noto.zip', 'demo-clip'); // 'noto.zip by demo-clip'
 */
export function encodingTask(source: string, encoder: string): string {
  const name = source
    .replace(/[\\/]+$/, '')
    .split(/[\\/]/)
    .at(-1);
  return `${name || source} by ${encoder}`;
}
