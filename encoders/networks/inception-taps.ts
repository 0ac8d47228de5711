/**
 * Where embeddings are taken: the named width after the first or second max pool, `Mixed_6e` or the last block, averaged
 * over the image; or the 17 × 17 grid of 7 channels that spatial FID (sFID) compares.
 */
export const INCEPTION_TAPS = ['64', '192', '768', '2048', 'spatial'] as const;

/** Those that average over the image, as pytorch-fid's `--dims` names them. */
export const INCEPTION_WIDTHS = ['64', '192', '768', '2048'] as const;
export type InceptionTap = (typeof INCEPTION_TAPS)[number];
