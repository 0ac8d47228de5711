import { Buffer } from 'node:buffer';
import * as pickle from '../hostile/hostile-pickles.js';
import { storedEntry } from '../hostile/hostile-zip.js';
import { fuzzedZip } from './fuzz-arrays.js';
import { EDGE_NUMBERS, mutated, one, type Random } from './mutations.js';

const GLOBALS = [
  ['collections', 'OrderedDict'],
  ['argparse', 'Namespace'],
  ['torch', 'Size'],
  ['torch', 'FloatStorage'],
  ['torch', 'float16'],
  ['torch._utils', '_rebuild_tensor_v2'],
  ['torch._utils', '_rebuild_parameter'],
  ['__torch__.a', 'B'],
  ['os', 'system'],
  ['torch.jit._pickle', 'build_intlist'],
] as const;

/** Longer runs of objects are written once: what is repeated in what is repeated would fill any memory. */
const MOST_REPEATED = 1000;

/** Objects in objects, some of them kept and used again: what pickles are made of, in any order. */
class Objects {
  readonly #random: Random;
  #kept = 0;
  #left = 300;

  constructor(random: Random) {
    this.#random = random;
  }

  any(depth: number): string {
    const object = this.#object(depth);
    return this.#random(3) === 0 ? `${object}${pickle.put(this.#kept++)}` : object;
  }

  #object(depth: number): string {
    const random = this.#random;
    if (depth > 12 || this.#left-- < 0) return 'N';
    const inner = () => this.any(depth + 1);
    const several = () => {
      const objects = Array.from({ length: random(4) }, inner).join('');
      return objects.length > MOST_REPEATED ? objects : objects.repeat(one(random, [1, 1, 1, 1, 30]));
    };
    switch (random(18)) {
      case 0:
        return pickle.int(one(random, EDGE_NUMBERS));
      case 1:
        return pickle.text(one(random, ['a', 'storage', '0', 'weight', '', '__proto__', 'x'.repeat(2000)]));
      case 2:
        return `](${several()}e`;
      case 3:
        return `(${several()}t`;
      case 4:
        return `}(${pickle.text('a')}${inner()}${inner()}${inner()}u`;
      case 5:
        return `${this.#global()}(${several()}tR`;
      case 6:
        return `${this.#global()})R${inner()}b`;
      case 7:
        return `${inner()}Q`;
      case 8:
      case 9:
        return pickle.tensor(one(random, ['0', '0', '1', 'x']));
      case 10:
        return pickle.sharedLists(random(30), 1 + random(3));
      case 11:
        return `${']('.repeat(random(400))}N${'e'.repeat(random(400))}`;
      case 12:
        return this.#kept === 0 ? 'N' : `${pickle.global('collections', 'OrderedDict')}${this.#again()}\x85R`;
      case 13:
        return `](${Array.from({ length: random(50) }, (_, i) => `${pickle.int(i)}${inner()}\x86`).join('')}e`;
      case 14:
        return `\x8a${String.fromCharCode(random(70))}${'\xff'.repeat(random(70))}`;
      default:
        return this.#kept === 0 ? pickle.tensor() : this.#again();
    }
  }

  #again(): string {
    return pickle.get(this.#random(this.#kept + 1));
  }

  #global(): string {
    const [module, name] = one(this.#random, GLOBALS);
    return pickle.global(module, name);
  }
}

/** A checkpoint in the older format or as a zip, of an object that no program would save. */
export function fuzzedCheckpoint(random: Random): Uint8Array {
  const objects = new Objects(random);
  const object =
    random(2) === 0
      ? objects.any(0)
      : `}(${pickle.text('a')}${pickle.tensor()}${pickle.text('b')}${objects.any(0)}u`;
  if (random(2) === 0) {
    const keys = random(4) === 0 ? objects.any(0) : `](${pickle.text('0').repeat(random(3))}e`;
    const file = pickle.legacyCheckpoint(object, { keys, storages: random(3) });
    return random(3) === 0 ? mutated(file, random) : file;
  }
  const bytes = Buffer.from(`\x80\x02${object}.`, 'latin1');
  return fuzzedZip(
    [
      storedEntry('a/data.pkl', random(4) === 0 ? mutated(bytes, random) : bytes),
      storedEntry('a/data/0', new Uint8Array(one(random, [16, 16, 8, 0, 100]))),
      storedEntry('a/byteorder', Buffer.from('little')),
    ],
    random,
  );
}

const NUMBERS = [
  '0',
  '1',
  '4',
  '16',
  '-1',
  '1.5',
  '1e400',
  '9007199254740993',
  'null',
  '"a"',
  '[]',
  '[[[[]]]]',
  '{}',
];

/** A `.safetensors` file whose header may say anything of any depth. */
export function fuzzedSafetensors(random: Random): Uint8Array {
  const numbers = () => Array.from({ length: random(4) }, () => one(random, NUMBERS)).join(',');
  const fields = () =>
    [
      `"dtype":${one(random, ['"F32"', '"F32"', '"BF16"', '"I64"', '"toString"', '1', '[]', `${'['.repeat(50)}${']'.repeat(50)}`])}`,
      `"shape":[${one(random, ['4', '2,2', numbers(), '1,'.repeat(99).slice(0, -1)])}]`,
      `"data_offsets":[${one(random, ['0,16', '16,32', numbers()])}]`,
    ]
      .filter(() => random(10) > 0)
      .join(',');
  const names = ['a', 'b', '__metadata__', '__proto__', ''];
  const header = `{${Array.from({ length: 1 + random(4) }, () => `"${one(random, names)}":{${fields()}}`).join(',')}}`;
  const text = Buffer.from(random(5) === 0 ? mutated(Buffer.from(header), random) : header);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(random(8) === 0 ? one(random, EDGE_NUMBERS) : text.length));
  return Buffer.concat([length, text, new Uint8Array(one(random, [32, 32, 16, 0]))]);
}
