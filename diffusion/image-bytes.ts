/**
 * Pixels of an image in [−1, 1] as bytes: ⌊255 · min(max((x + 1)/2, 0), 1) + ½⌋, each operation rounded to float32 as torchvision's
 * `save_image` does, so that the original study's PNG files have the same pixels.
 *
 * @param x  (channels, height, width)
 * @returns (height, width, channels)
 */
export function imageBytes(x: ArrayLike<number>, channels: number): Uint8Array {
  const area = x.length / channels;
  const bytes = new Uint8Array(x.length);
  for (let c = 0; c < channels; c++)
    for (let p = 0; p < area; p++) {
      const unit = Math.min(1, Math.max(0, Math.fround(Math.fround(x[c * area + p]! + 1) / 2)));
      bytes[p * channels + c] = byteOfUnit(unit);
    }
  return bytes;
}

/** ⌊255 v + ½⌋ in float32. */
export function byteOfUnit(v: number): number {
  return Math.floor(Math.fround(Math.fround(255 * v) + 0.5));
}
