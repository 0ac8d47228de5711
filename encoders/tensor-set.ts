import { InputError } from '../errors.js';
import type { Checkpoint, CheckpointTensor } from './checkpoints/checkpoint.js';
import { openCheckpoint } from './checkpoints/open-checkpoint.js';
import { TENSOR_DTYPES, type TensorDtype } from './checkpoints/tensor-dtype.js';
import type { EmbeddedSet } from './embedded-set.js';
import { embeddingRows } from './embedding-rows.js';
import { converted, type NpyArray } from './files/npy-array.js';
import { type NamedArrays, statistics } from './files/statistics-arrays.js';

/** Files of tensors and numpy arrays by name. */
export const TENSOR_FILE = /\.(pt|pth|safetensors|pkl)$/i;

/** numpy's names of the number types; bfloat16 has none there. */
const DESCRS: Readonly<Record<TensorDtype, string>> = {
  float64: '<f8',
  float32: '<f4',
  float16: '<f2',
  bfloat16: 'bfloat16',
  int64: '<i8',
  int32: '<i4',
  int16: '<i2',
  int8: '|i1',
  uint8: '|u1',
  bool: '|b1',
};
const NAMED = 10;

/** What a file of tensors says of a set. */
type TensorSet = Pick<EmbeddedSet, 'n' | 'embeddings' | 'logits' | 'moments'>;

async function arrayOf(where: string, tensor: CheckpointTensor): Promise<NpyArray> {
  const { dtype, shape } = tensor;
  const descr = DESCRS[dtype];
  if (dtype === 'bfloat16') return { shape, descr, data: (await tensor.read()) as Float32Array };
  const bytes = new Uint8Array(await tensor.readBytes()).buffer;
  const header = { shape, descr, fortranOrder: false, itemSize: TENSOR_DTYPES[dtype], dataOffset: 0 };
  return converted(header, bytes, where);
}

/** The tensors below a name, by the rest of theirs: those of `fid.` without it. */
function below({ path, tensors }: Checkpoint, prefix: string): NamedArrays {
  const own = new Map(
    [...tensors]
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, one]) => [name.slice(prefix.length), one]),
  );
  return {
    path,
    arrays: [...own.keys()],
    array: (name) => arrayOf(`${path}, tensor ${prefix}${name}`, own.get(name)!),
  };
}

function refused(
  { path, tensors }: Checkpoint,
  expected: string,
  names: readonly string[],
  help: string,
): InputError {
  const shown = names.slice(0, NAMED).map((name) => {
    const tensor = tensors.get(name);
    return tensor === undefined ? name : `${name || 'a tensor'} (${tensor.shape.join(', ')})`;
  });
  return new InputError('UNREADABLE_FILE', {
    where: path,
    expected,
    received: `${shown.join(', ')}${names.length > NAMED ? ', …' : ''}`,
    help,
  });
}

/** The prefix of statistics: of several sets in one file the one that is named. */
function statisticsPrefix(checkpoint: Checkpoint, key: string | undefined): string | undefined {
  const names = [...checkpoint.tensors.keys()];
  const prefixes = names
    .filter((name) => name === 'mu' || name.endsWith('.mu'))
    .map((name) => name.slice(0, -'mu'.length))
    .filter((prefix) => checkpoint.tensors.has(`${prefix}sigma`));
  if (key !== undefined) return prefixes.find((prefix) => prefix === `${key}.`);
  if (prefixes.length < 2) return prefixes[0];
  const sets = prefixes.map((prefix) => prefix.slice(0, -1) || 'the outermost');
  throw refused(
    checkpoint,
    'holds several sets of statistics',
    sets,
    `Name one with --key, as in --key ${sets[0]}.`,
  );
}

/** The tensor of embeddings: the one that is named, or the one matrix that is not of logits. */
function embeddingName(checkpoint: Checkpoint, key: string | undefined): string {
  const names = [...checkpoint.tensors.keys()];
  if (key !== undefined) {
    if (checkpoint.tensors.has(key)) return key;
    throw refused(checkpoint, `must hold the tensor ${key}`, names, 'Name one of those with --key.');
  }
  const matrices = names.filter(
    (name) => checkpoint.tensors.get(name)!.shape.length === 2 && !isLogits(name),
  );
  if (matrices.length === 1) return matrices[0]!;
  throw refused(
    checkpoint,
    'must hold one matrix of embeddings, or statistics (mu, sigma)',
    names,
    'Name the tensor with --key.',
  );
}

function isLogits(name: string): boolean {
  return /^logits/.test(name);
}

/**
 * Embeddings or statistics of a file of tensors: `mu` and `sigma` (also below a name, as EDM2's `fid.mu`), or a matrix; beside it the matrix
 * `logits` or torch-fidelity's `logits_unbiased`.
 *
 * @param key  the tensor, or the name that statistics stand below
 * @throws InputError UNREADABLE_FILE if the file cannot be read, or there is not one such tensor; ShapeError, NumericalError as
 *   `readEmbeddedSet`
 */
export async function readTensorSet(path: string, key: string | undefined): Promise<TensorSet> {
  const checkpoint = await openCheckpoint(path);
  try {
    const prefix = statisticsPrefix(checkpoint, key);
    if (prefix !== undefined)
      return { embeddings: null, logits: null, ...(await statistics(below(checkpoint, prefix))) };
    const name = embeddingName(checkpoint, key);
    const rowsOf = async (one: string) => {
      const where = one === '' ? path : `${path}, tensor ${one}`;
      return embeddingRows(await arrayOf(where, checkpoint.tensors.get(one)!), where);
    };
    const embeddings = await rowsOf(name);
    const logitsName = [...checkpoint.tensors.keys()].find(
      (one) => isLogits(one) && one !== name && checkpoint.tensors.get(one)!.shape[0] === embeddings.n,
    );
    const logits = logitsName === undefined ? null : await rowsOf(logitsName);
    return { n: embeddings.n, embeddings, logits, moments: null };
  } finally {
    await checkpoint.close();
  }
}
