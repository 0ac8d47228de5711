/**
 * Paths by what tells them apart: without the folders that all begin with and the ending that all have; alike paths by their number.
 *
 * @example
 * shortNames(['runs/a/samples.zip', 'runs/b/samples.zip']).join(' '); // a b
 */
export function shortNames(paths: readonly string[]): readonly string[] {
  const parts = paths.map((path) =>
    path
      .replaceAll('\\', '/')
      .replace(/\/+$/, '')
      .split('/')
      .filter((part) => part !== '' && part !== '.'),
  );
  const least = Math.min(...parts.map(({ length }) => length)) - 1;
  const isShared = (at: (list: readonly string[]) => string | undefined) =>
    new Set(parts.map((list) => at(list))).size === 1;
  let start = 0;
  while (start < least && isShared((list) => list[start])) start++;
  let end = 0;
  while (start + end < least && isShared((list) => list.at(-1 - end))) end++;
  const middle = parts.map((list) => list.slice(start, list.length - end).join('/'));
  const plain =
    end === 0
      ? middle.map((name) => name.replace(/(?<=.)\.(zip|npz|npy|tar|parquet|pt|safetensors)$/i, ''))
      : middle;
  const names = new Set(plain).size === plain.length ? plain : middle;
  return names.map((name, i) =>
    names.indexOf(name) === i && names.lastIndexOf(name) === i ? name : `${name} (${i + 1})`,
  );
}
