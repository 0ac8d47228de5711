/**
 * Order by code point, as Python sorts texts: characters beyond U+FFFF come after every other, which JavaScript's own
 * order puts before U+E000.
 *
 * @returns negative, 0 or positive, for `sort`
 */
export function byCodePoint(first: string, second: string): number {
  const length = Math.min(first.length, second.length);
  for (let i = 0; i < length; i++) {
    const a = first.charCodeAt(i);
    const b = second.charCodeAt(i);
    if (a !== b) return isSurrogate(a) === isSurrogate(b) ? a - b : isSurrogate(a) ? 1 : -1;
  }
  return first.length - second.length;
}

function isSurrogate(unit: number): boolean {
  return (unit & 0xf800) === 0xd800;
}
