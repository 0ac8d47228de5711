/** Places in `count` pieces of equal size, or one more, sharing storage. */
export function equalPieces(places: Uint32Array, count: number): readonly Uint32Array[] {
  const n = places.length;
  return Array.from({ length: count }, (_, i) =>
    places.subarray(Math.floor((i * n) / count), Math.floor(((i + 1) * n) / count)),
  );
}
