/** Hue, saturation and value of a color, each in [0, 1] (Smith 1978, as in skimage.color.rgb2hsv). */
export function hsv([red, green, blue]: readonly [number, number, number]): [number, number, number] {
  const value = Math.max(red, green, blue);
  const delta = value - Math.min(red, green, blue);
  if (delta === 0) return [0, 0, value];
  let hue = 4 + (red - green) / delta;
  if (red === value) hue = (green - blue) / delta;
  if (green === value) hue = 2 + (blue - red) / delta;
  if (blue === value) hue = 4 + (red - green) / delta;
  return [(((hue / 6) % 1) + 1) % 1, delta / value, value];
}

/** The color of a hue, saturation and value: the inverse of `hsv`. */
export function rgb([hue, saturation, value]: readonly [number, number, number]): [number, number, number] {
  const sector = Math.floor(hue * 6);
  const rest = hue * 6 - sector;
  const low = value * (1 - saturation);
  const falling = value * (1 - rest * saturation);
  const rising = value * (1 - (1 - rest) * saturation);
  const colors: readonly [number, number, number][] = [
    [value, rising, low],
    [falling, value, low],
    [low, value, rising],
    [low, falling, value],
    [rising, low, value],
    [value, low, falling],
  ];
  return colors[sector % 6]!;
}
