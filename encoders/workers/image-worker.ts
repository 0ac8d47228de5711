import { createHash } from 'node:crypto';
import { parentPort } from 'node:worker_threads';
import { defined } from '../../defined.js';
import { type PortableError, portableError } from '../../onnx/portable-error.js';
import type { ImageNote } from '../encoded-images.js';
import { decodeImage } from '../images/decode-image.js';
import type { StoredImage } from '../images/image-set.js';
import { preprocessImage } from '../images/preprocess-image.js';
import type { Preprocessing } from '../images/preprocessing.js';
import { collectGarbage } from './collect-garbage.js';

/** How all images of a run are prepared. */
export interface ImageSettings {
  readonly preprocessing: Preprocessing;
  readonly maxPixels: number | undefined;
  readonly orientation: 'ignored' | 'applied';
}

/** A run begins with its settings; an image is hashed when it comes, and kept until it is known whether it is needed. */
export type ImageRequest =
  | { readonly kind: 'begin'; readonly settings: ImageSettings }
  | { readonly kind: 'hash'; readonly task: number; readonly name: string; readonly stored: StoredImage }
  | { readonly kind: 'prepare'; readonly task: number; readonly into: Float32Array | undefined }
  | { readonly kind: 'drop'; readonly task: number }
  /** there is memory for what the task has claimed */
  | { readonly kind: 'admitted'; readonly task: number };

export interface PreparedImage {
  /** (3, height, width) */
  readonly tensor: Float32Array;
  readonly note: ImageNote;
}

export type ImageReply =
  | { readonly kind: 'hash'; readonly task: number; readonly sha256: string }
  /** waits for memory for so many pixels */
  | { readonly kind: 'claim'; readonly task: number; readonly pixels: number }
  /** the tensor where there was no memory to write it to */
  | {
      readonly kind: 'prepared';
      readonly task: number;
      readonly note: ImageNote;
      readonly tensor: Float32Array | undefined;
    }
  | { readonly kind: 'error'; readonly task: number; readonly error: PortableError };

const port = parentPort!;
let settings: ImageSettings;
const waiting = new Map<number, { readonly name: string; readonly stored: StoredImage }>();

/** Smaller images wait for nothing: those of all threads together have a few bytes each of 16 million pixels. */
const CLAIMED_PIXELS = 2 ** 20;

/** Of tasks that wait for memory. */
const claims = new Map<number, () => void>();

function admission(task: number): (pixels: number) => Promise<void> {
  return async (pixels) => {
    if (pixels <= CLAIMED_PIXELS) return;
    await new Promise<void>((admitted) => {
      claims.set(task, admitted);
      reply({ kind: 'claim', task, pixels });
    });
  };
}

function reply(message: ImageReply, transfer: ArrayBuffer[] = []): void {
  port.postMessage(message, transfer);
}

/** Of a file's bytes; of pixels with their size, which a file's bytes never equal. */
function hashOf(stored: StoredImage): string {
  const hash = createHash('sha256');
  if (stored.kind === 'encoded') return hash.update(stored.bytes).digest('hex');
  const { width, height, data } = stored.image;
  return hash.update(`pixels ${width} ${height}\0`).update(data).digest('hex');
}

async function prepared(
  { name, stored }: { readonly name: string; readonly stored: StoredImage },
  { into, task }: { readonly into: Float32Array | undefined; readonly task: number },
): Promise<PreparedImage> {
  const { preprocessing, orientation, maxPixels } = settings;
  const image =
    stored.kind === 'pixels'
      ? { ...stored.image, format: 'pixels' as const, lossy: false, warnings: [] }
      : await decodeImage(stored.bytes, {
          name,
          orientation,
          admit: admission(task),
          ...defined({ maxPixels }),
        });
  const { format, lossy, warnings } = image;
  const { data, height, width } = preprocessImage(image, preprocessing, { name, into });
  return {
    tensor: data,
    note: { format, lossy, warnings, imageSize: [image.height, image.width], inputSize: [height, width] },
  };
}

async function answer(request: ImageRequest): Promise<void> {
  if (request.kind === 'begin') {
    settings = request.settings;
    return;
  }
  const { task } = request;
  if (request.kind === 'admitted') {
    claims.get(task)?.();
    claims.delete(task);
    return;
  }
  try {
    if (request.kind === 'hash') {
      waiting.set(task, request);
      reply({ kind: 'hash', task, sha256: hashOf(request.stored) });
      return;
    }
    const image = waiting.get(task)!;
    waiting.delete(task);
    if (request.kind === 'drop') return;
    const { note, tensor } = await prepared(image, request);
    // Before the memory that was claimed counts as free again.
    if (note.imageSize[0] * note.imageSize[1] > CLAIMED_PIXELS) collectGarbage();
    if (request.into !== undefined) reply({ kind: 'prepared', task, note, tensor: undefined });
    else reply({ kind: 'prepared', task, note, tensor }, [tensor.buffer as ArrayBuffer]);
  } catch (error) {
    reply({ kind: 'error', task, error: portableError(error) });
  }
}

port.on('message', answer);
