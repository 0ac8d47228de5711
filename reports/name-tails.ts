/**
 * The shortest ends of two paths that tell them apart: what a table calls them. Whole where nothing does.
 *
 * @example
 * nameTails('../runs/one/', '../runs/two'); // ['one', 'two']
 * nameTails('a/out', 'b/out'); // ['a/out', 'b/out']
 */
export function nameTails(first: string, second: string): readonly [string, string] {
  const [one, other] = [parts(first), parts(second)];
  for (let length = 1; length <= Math.max(one.length, other.length); length++) {
    const tails = [one.slice(-length).join('/'), other.slice(-length).join('/')] as const;
    if (tails[0] !== tails[1]) return tails;
  }
  return [first, second];
}

function parts(path: string): readonly string[] {
  const found = path.split(/[\\/]+/).filter((part) => part !== '' && part !== '.');
  return found.length === 0 ? [path] : found;
}
