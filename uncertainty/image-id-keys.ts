/** One way of reading an image's id out of a file name, so that `img_1000003.png` and a map called `1000003` meet. */
export interface IdKey {
  /** how a reader is told what was compared */
  readonly name: string;
  /** undefined where the id cannot be read that way */
  key(id: string): string | undefined;
}

const FILE_EXTENSION = /\.(png|jpe?g|webp|bmp|tiff?|gif|ppm|pgm|avif|npy|npz|pth|pt)$/i;
const NUMBERED = /^(?:[a-z]+_)?(\d+)$/i;

const withoutExtension = (id: string) => id.replace(FILE_EXTENSION, '');
const baseName = (id: string) => withoutExtension(id).replace(/^.*\//, '');

/** From the strictest to the most lenient. */
export const ID_KEYS: readonly IdKey[] = [
  { name: 'id', key: (id) => id },
  { name: 'path without extension', key: withoutExtension },
  { name: 'file name without extension', key: baseName },
  { name: 'number in the file name', key: (id) => NUMBERED.exec(baseName(id))?.[1] },
];
