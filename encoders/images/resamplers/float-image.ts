/** Pixels of one RGB image as float32, (height, width, 3) row-major. */
export interface FloatImage {
  readonly width: number;
  readonly height: number;
  readonly data: Float32Array;
}

/** What each byte 0 … 255 is worth before it is resampled: 256 float32 values. */
export type Levels = Float32Array;
