/** The places of 0 … n − 1 that are not among the given ones, ascending. */
export function placesOutside(places: Uint32Array, n: number): Uint32Array {
  const inside = new Uint8Array(n);
  for (const place of places) inside[place] = 1;
  const outside = new Uint32Array(n - places.length);
  for (let place = 0, at = 0; place < n; place++) if (inside[place] === 0) outside[at++] = place;
  return outside;
}
