/**
 * A function that works its value out once for each object it is given, and keeps it as long as that object lives. What it is asked beside the
 * object is looked at the first time alone: it must not change the value. A promise that fails is forgotten, so that the next call tries again.
 *
 * @example
 * const known = memoized((values: readonly number[]) => values.length);
 * known([1, 2]); // 2
 */
export function memoized<K extends object, Rest extends readonly unknown[], T>(
  make: (key: K, ...rest: Rest) => T,
): (key: K, ...rest: Rest) => T {
  const known = new WeakMap<K, { readonly value: T }>();
  return (key, ...rest) => {
    const kept = known.get(key);
    if (kept !== undefined) return kept.value;
    const value = make(key, ...rest);
    known.set(key, { value });
    if (value instanceof Promise) value.catch(() => known.delete(key));
    return value;
  };
}

/**
 * The same for a value that depends on what is asked beside the object. Only the value of the latest arguments is kept, since each may be
 * as large as the object itself. Arguments are compared by identity.
 */
export function latestMemoized<K extends object, Rest extends readonly unknown[], T>(
  make: (key: K, ...rest: Rest) => T,
): (key: K, ...rest: Rest) => T {
  const known = new WeakMap<K, { readonly rest: Rest; readonly value: T }>();
  return (key, ...rest) => {
    const kept = known.get(key);
    if (kept?.rest.every((argument, i) => Object.is(argument, rest[i]))) return kept.value;
    const value = make(key, ...rest);
    known.set(key, { rest, value });
    return value;
  };
}
