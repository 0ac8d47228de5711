import { fileExists } from '../files/file-exists.js';
import { type IdxFile, openIdxFile } from '../files/idx-file.js';
import { arrayImages } from './array-images.js';
import type { ImageSet, StoredLabels } from './image-set.js';

/** MNIST's labels stand beside its images: `t10k-labels-idx1-ubyte` beside `t10k-images-idx3-ubyte`. */
async function labelsBeside({ path }: IdxFile, ids: readonly string[]): Promise<StoredLabels | null> {
  const beside = path.replace(/images([-.])idx3(?=[^/]*$)/, 'labels$1idx1');
  if (beside === path || !(await fileExists(beside))) return null;
  const { header, open } = await openIdxFile(beside);
  if (header.shape.length !== 1 || header.shape[0] !== ids.length) return null;
  const labels = new Map<string, string>();
  let at = -header.dataOffset;
  for await (const chunk of open())
    for (const byte of chunk) {
      if (at >= 0) labels.set(ids[at]!, String(byte));
      at++;
    }
  return { from: beside.slice(beside.lastIndexOf('/') + 1), byId: labels };
}

/**
 * The images of an idx file, plain or gzipped, named by their index: gray images of N × H × W bytes, as MNIST's.
 *
 * @throws InputError UNREADABLE_FILE as `openIdxFile` and `arrayImages`; a file cut off throws when its last image is loaded
 */
export async function imageIdx(path: string, source: string): Promise<ImageSet> {
  const file = await openIdxFile(path);
  const { header, fileSize, open } = file;
  const { entries, close } = arrayImages(
    { where: path, header, size: undefined, fileSize, bytes: { kind: 'stream', open } },
    undefined,
  );
  const ids = entries.map(({ id }) => id);
  return { source, kind: 'idx', entries, labels: () => labelsBeside(file, ids), close };
}
