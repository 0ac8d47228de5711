import sharp from 'sharp';

/** Of one stored pixel, which is 3 on the page: edges that are smoothed otherwise move no farther. */
const BLUR = 0.8;

/**
 * By how much two pictures differ where they differ most, of 255: at any place and in any color, so that what is small counts
 * as what is large. Infinite where their sizes differ.
 */
export async function pictureDifference(first: string | Buffer, second: string | Buffer): Promise<number> {
  const [one, other] = await Promise.all(
    [first, second].map((picture) =>
      sharp(picture).removeAlpha().blur(BLUR).raw().toBuffer({ resolveWithObject: true }),
    ),
  );
  const { width, height } = one!.info;
  if (other!.info.width !== width || other!.info.height !== height) return Number.POSITIVE_INFINITY;
  return one!.data.reduce((most, value, i) => Math.max(most, Math.abs(value - other!.data[i]!)), 0);
}
