import { dirname, relative, resolve } from 'node:path';

/** Files by names that lead nowhere else. */
export interface FilesBelow {
  readonly folder: string;
  /** in the order given, with `/` between folders, never absolute, never through `..` */
  readonly files: readonly string[];
}

/**
 * Paths as names below a folder: the one given where all lie in it, else the deepest that holds them all. Names become ids, and ids
 * become files that commands write.
 *
 * @param paths  absolute or relative to `folder`
 */
export function filesBelow(folder: string, paths: readonly string[]): FilesBelow {
  const resolved = paths.map((path) => resolve(folder, path));
  const own = resolve(folder);
  if (resolved.every((path) => isIn(own, path))) return { folder, files: namesIn(own, resolved) };
  const common = resolved.map((path) => dirname(path)).reduce(shared);
  return { folder: common, files: namesIn(common, resolved) };
}

function isIn(folder: string, path: string): boolean {
  return path.startsWith(folder.endsWith('/') ? folder : `${folder}/`);
}

function namesIn(folder: string, paths: readonly string[]): readonly string[] {
  return paths.map((path) => relative(folder, path));
}

function shared(first: string, second: string): string {
  if (first === second) return first;
  const [a, b] = [first.split('/'), second.split('/')];
  let same = 0;
  while (same < a.length && a[same] === b[same]) same++;
  return a.slice(0, same).join('/') || '/';
}
