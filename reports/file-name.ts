/** The last part of a path, without its extension. */
export function fileName(source: string): string {
  return source
    .replace(/[\\/]+$/, '')
    .replace(/^.*[\\/]/, '')
    .replace(/\.[a-z0-9]+$/i, '');
}
