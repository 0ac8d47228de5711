import { NUMPY_CLASSES } from './numpy-objects.js';
import {
  dictionaryKey,
  type PickleClass,
  type PickleFailure,
  type PickleReading,
  type PickleRules,
} from './pickle-rules.js';
import { MOST_AXES, type StridedView } from './strided-view.js';
import type { TensorDtype } from './tensor-dtype.js';

/** Of a dictionary: its key, its value and its place. */
const STEPS_PER_ENTRY = 16;

/** A run of numbers that tensors are views into; `numel` counts elements. */
export class TorchStorage {
  constructor(
    readonly dtype: TensorDtype,
    readonly key: string,
    readonly numel: number,
    /** of a legacy storage that is itself a part of another: where it begins there */
    readonly start: number,
  ) {}
}

/** A tensor as the pickle describes it; its numbers are elsewhere in the file. */
export class TorchTensor {
  constructor(
    readonly storage: TorchStorage,
    readonly view: StridedView,
  ) {}
}

/** An object of a TorchScript module, or settings saved beside the tensors: a bag of attributes. */
export class AttributeBag {
  readonly attributes = new Map<unknown, unknown>();
}

/** A number type as the pickle names it, `torch.FloatStorage` or `torch.float32`. */
class NamedDtype {
  constructor(readonly dtype: TensorDtype) {}
}

const STORAGES: Readonly<Record<string, TensorDtype>> = {
  DoubleStorage: 'float64',
  FloatStorage: 'float32',
  HalfStorage: 'float16',
  BFloat16Storage: 'bfloat16',
  LongStorage: 'int64',
  IntStorage: 'int32',
  ShortStorage: 'int16',
  CharStorage: 'int8',
  ByteStorage: 'uint8',
  BoolStorage: 'bool',
};

/** A class whose objects are of no use here: they are read past. */
function ignored(name: string): PickleClass {
  return { name, make: () => null };
}

const bag = (name: string): PickleClass => ({
  name,
  make: () => new AttributeBag(),
  build(object, state, { spend }) {
    const { attributes } = object as AttributeBag;
    if (!(state instanceof Map)) return;
    spend(STEPS_PER_ENTRY * state.size);
    for (const [key, value] of state) attributes.set(key, value);
  },
});

/** torch._utils._rebuild_tensor_v2(storage, offset, size, stride, requires_grad, hooks, …) */
function rebuiltTensor(args: readonly unknown[], { fail }: PickleReading): TorchTensor {
  const [storage, offset, shape, stride] = args;
  if (!(storage instanceof TorchStorage)) return fail('has a tensor without a storage');
  if (!isCount(offset) || !isCounts(shape) || !isCounts(stride) || shape.length !== stride.length) {
    return fail('has a tensor whose offset, shape or strides are no counts');
  }
  return new TorchTensor(storage, { offset, shape, stride });
}

const CLASSES = new Map<string, PickleClass>(
  [
    { name: 'collections.OrderedDict', make: orderedDict },
    { name: 'torch._utils._rebuild_tensor', make: rebuiltTensor },
    { name: 'torch._utils._rebuild_tensor_v2', make: rebuiltTensor },
    { name: 'torch._utils._rebuild_parameter', make: firstArgument },
    { name: 'torch._utils._rebuild_parameter_with_state', make: firstArgument },
    { name: 'torch.Size', make: firstArgument },
    { name: 'torch.jit._pickle.build_intlist', make: firstArgument },
    { name: 'torch.jit._pickle.build_doublelist', make: firstArgument },
    { name: 'torch.jit._pickle.build_boollist', make: firstArgument },
    { name: 'torch.jit._pickle.build_tensorlist', make: firstArgument },
    { name: 'torch.jit._pickle.restore_type_tag', make: firstArgument },
    ignored('torch.device'),
    bag('argparse.Namespace'),
  ].map((allowed) => [allowed.name, allowed]),
);

function orderedDict(args: readonly unknown[], { fail, spend }: PickleReading): Map<unknown, unknown> {
  const [pairs = []] = args;
  if (!Array.isArray(pairs)) return fail('has a dictionary that is not made of pairs');
  spend(STEPS_PER_ENTRY * pairs.length);
  if (!pairs.every((pair) => Array.isArray(pair) && pair.length === 2)) {
    return fail('has a dictionary that is not made of pairs');
  }
  return new Map((pairs as [unknown, unknown][]).map(([key, value]) => [dictionaryKey(key), value]));
}

function firstArgument(args: readonly unknown[]): unknown {
  return args[0] ?? null;
}

/** A name that stands for a number type; calling it makes nothing. */
class DtypeName extends NamedDtype implements PickleClass {
  constructor(
    readonly name: string,
    dtype: TensorDtype,
  ) {
    super(dtype);
  }
  make(): null {
    return null;
  }
}

const DTYPE_NAMES = new Map<string, PickleClass>(
  Object.entries(STORAGES).flatMap(([storage, dtype]) =>
    [`torch.${storage}`, `torch.cuda.${storage}`, `torch.${dtype}`].map((name) => [
      name,
      new DtypeName(name, dtype),
    ]),
  ),
);

/** ('storage', type, key, device, numel) and, in the legacy format, a view: (key, offset, size) or None. */
function storage(id: unknown, fail: PickleFailure): TorchStorage {
  if (!Array.isArray(id) || id[0] !== 'storage') return fail('refers to something else than a storage');
  const [, type, key, , numel, part] = id;
  if (!(type instanceof NamedDtype)) return fail('has a storage of an unknown number type');
  if ((typeof key !== 'string' && typeof key !== 'number') || !isCount(numel)) {
    return fail('has a storage without key or size');
  }
  if (part === undefined || part === null) return new TorchStorage(type.dtype, String(key), numel, 0);
  const [, start, size] = Array.isArray(part) ? part : [];
  if (!isCount(start) || !isCount(size) || start + size > numel)
    return fail('has a storage that is no part of another');
  return new TorchStorage(type.dtype, String(key), numel, start);
}

/**
 * What torch's pickles may name: tensors, parameters, their containers, number types, and TorchScript's own classes
 * as bags of attributes; numpy's arrays of numbers. Nothing else.
 */
export const TORCH_RULES: PickleRules = {
  global(module, name) {
    const full = `${module}.${name}`;
    if (module === '__torch__' || module.startsWith('__torch__.')) return bag(full);
    return CLASSES.get(full) ?? DTYPE_NAMES.get(full) ?? NUMPY_CLASSES.get(full);
  },
  persistent: storage,
};

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function isCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.length <= MOST_AXES && value.every(isCount);
}
