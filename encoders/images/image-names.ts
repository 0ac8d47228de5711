/** Endings of the files that are taken for images, in any case. */
export const IMAGE_EXTENSIONS = [
  'png',
  'jpg',
  'jpeg',
  'webp',
  'bmp',
  'tif',
  'tiff',
  'gif',
  'ppm',
  'pgm',
  'avif',
] as const;

const ENDINGS: ReadonlySet<string> = new Set(IMAGE_EXTENSIONS);

/** A file name's ending in lower case, without the dot; empty when it has none. */
export function extension(name: string): string {
  // by hand: a regular expression makes three objects for each of 200,000 names
  const dot = name.lastIndexOf('.');
  const slash = name.lastIndexOf('/');
  return dot > slash + 1 ? name.slice(dot + 1).toLowerCase() : '';
}

/**
 * What a set's folder or archive leaves out without a word, as the glob patterns of the Python tools do: names that
 * begin with a dot, and the folder that macOS adds to its zips.
 */
export function isHidden(name: string): boolean {
  return name.startsWith('.') || name === '__MACOSX';
}

/** Whether a relative path names an image that is not hidden, nor in a hidden folder. */
export function isImagePath(path: string): boolean {
  if (!ENDINGS.has(extension(path))) return false;
  return path.includes('/') ? !path.split('/').some(isHidden) : !isHidden(path);
}
