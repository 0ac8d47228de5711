/** Pixels of one RGB image, 8 bits a channel, (height, width, 3) row-major. */
export interface Image {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}
