import { EvaluationError } from '../errors.js';
import { joinedRows } from '../numerics/rows.js';
import type { EncodedBatch, Encoder } from './encoder.js';

type Encode = Encoder['encode'];

function lacksMemory(error: unknown): boolean {
  return error instanceof EvaluationError && error.details['lacks'] === 'memory';
}

/**
 * Encodes in halves what is too much for a device's memory, and from then on no more at once than was not.
 *
 * @param onHalved  called with how many images are taken at once from now on
 * @throws what `encode` throws for a single image, or for another reason than memory
 */
export function halvedBatches(encode: Encode, onHalved: (n: number) => void): Encode {
  let most = Number.POSITIVE_INFINITY;

  async function whole(...[images, shape]: Parameters<Encode>): Promise<EncodedBatch> {
    const { n } = shape;
    if (n > most) return inParts(images, shape);
    try {
      return await encode(images, shape);
    } catch (error) {
      if (n === 1 || !lacksMemory(error)) throw error;
      const half = Math.ceil(n / 2);
      if (half < most) {
        most = half;
        onHalved(most);
      }
      return inParts(images, shape);
    }
  }

  async function inParts(...[images, shape]: Parameters<Encode>): Promise<EncodedBatch> {
    const size = images.length / shape.n;
    const parts: EncodedBatch[] = [];
    for (let from = 0; from < shape.n; ) {
      const to = Math.min(shape.n, from + most);
      parts.push(await whole(images.subarray(from * size, to * size), { ...shape, n: to - from }));
      from = to;
    }
    return joined(parts);
  }

  return whole;
}

function joined(parts: readonly EncodedBatch[]): EncodedBatch {
  const [first] = parts;
  const embeddings = joinedRows(parts.map(({ n, d, embeddings: data }) => ({ n, d, data })));
  const logits =
    first!.logits === null
      ? null
      : joinedRows(parts.map(({ n, classes: d, logits: data }) => ({ n, d, data: data! })));
  return { ...first!, n: embeddings.n, embeddings: embeddings.data, logits: logits?.data ?? null };
}
