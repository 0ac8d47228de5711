/** ⌊a·b / 255⌉ in the integer steps of Pillow's CMYK conversion. */
function scaled(a: number, b: number): number {
  const product = a * b + 128;
  return ((product >> 8) + product) >> 8;
}

/** RGB of CMYK bytes as Pillow converts them: 255 − k, less c scaled by it, not below 0. */
export function rgbOfCmyk(cmyk: Uint8Array): Uint8Array {
  const data = new Uint8Array((cmyk.length / 4) * 3);
  for (let from = 0, at = 0; from < cmyk.length; from += 4, at += 3) {
    const light = 255 - cmyk[from + 3]!;
    for (let ink = 0; ink < 3; ink++) data[at + ink] = Math.max(0, light - scaled(cmyk[from + ink]!, light));
  }
  return data;
}
