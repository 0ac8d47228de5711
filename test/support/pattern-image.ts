import type { Image } from '../../encoders/images/image.js';

/** Bytes of a linear congruential generator: the same image as `pattern` of test/reference/resamplers.py. */
export function patternImage(height: number, width: number): Image {
  let state = height * 65536 + width;
  const data = Uint8Array.from({ length: height * width * 3 }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 24;
  });
  return { width, height, data };
}
