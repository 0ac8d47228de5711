import { Parser } from 'pickleparser';
import { describe, expect, test } from 'vitest';
import { namedTensors } from '../../../encoders/checkpoints/named-tensors.js';
import { TORCH_RULES } from '../../../encoders/checkpoints/torch-objects.js';
import { unpickled } from '../../../encoders/checkpoints/unpickled.js';
import { ReadBudget } from '../../../encoders/files/read-budget.js';
import { InputError } from '../../../errors.js';
import { projectFile } from '../../support/project.js';

const { plain, pickles } = JSON.parse(projectFile('test/reference/checkpoints.json')) as {
  readonly plain: unknown;
  readonly pickles: readonly string[];
};

/** Opcodes and their arguments, one after the other; text stands for its bytes. */
function bytes(...parts: readonly (number | string)[]): Uint8Array {
  return Uint8Array.from(
    parts.flatMap((part) => (typeof part === 'number' ? [part] : [...new TextEncoder().encode(part)])),
  );
}

function read(...parts: readonly (number | string)[]): unknown {
  return unpickled({ where: 'net.pth', bytes: bytes(...parts) }, TORCH_RULES).value;
}

/** Maps as plain objects, as JSON has them. */
function asJson(value: unknown): unknown {
  if (value instanceof Map) return Object.fromEntries([...value].map(([key, item]) => [key, asJson(item)]));
  return Array.isArray(value) ? value.map(asJson) : value;
}

describe('unpickled', () => {
  test.each([
    2, 3, 4, 5,
  ])('what Python pickled with protocol %i is read as pickleparser reads it', (protocol) => {
    const pickle = Buffer.from(pickles[protocol - 2]!, 'base64');
    const { value, end } = unpickled({ where: 'plain.pkl', bytes: pickle }, TORCH_RULES);
    expect(asJson(value)).toEqual(plain);
    expect(asJson(value)).toEqual(new Parser().parse(pickle));
    expect(end).toBe(pickle.length);
  });

  test('an integer too large for a number stays exact', () => {
    expect(read(0x80, 2, 0x8a, 9, 1, 0, 0, 0, 0, 0, 0, 0, 1, '.')).toBe(2n ** 64n + 1n);
    expect(read(0x80, 2, 0x8a, 1, 0xff, '.')).toBe(-1);
  });

  test.each([
    ['posix.system', ['cposix\nsystem\n', 'X', 2, 0, 0, 0, 'id', 0x85, 'R.']],
    ['builtins.eval', ['cbuiltins\neval\n', ')R.']],
    ['numpy.core.multiarray.fromfile', ['cnumpy.core.multiarray\nfromfile\n', ')R.']],
    ['_codecs.decode', ['c_codecs\ndecode\n', ')R.']],
    ['torch.load', [0x8c, 5, 'torch', 0x8c, 4, 'load', 0x93, ')R.']],
    ['a?[31mb.c', ['ca\u001b[31mb\nc\n)R.']],
  ])('the global %s is refused by name', (name, parts) => {
    expect(() => read(0x80, 2, ...parts)).toThrow(`containers alone; got ${name} at byte`);
  });

  test.each([
    ['its pickle has the opcode 0xff, which no checkpoint needs at byte 2', [0xff]],
    ['its pickle takes more than is on its stack at byte 2', ['.']],
    ['its pickle ends with 1 objects too many', ['NN.']],
    ['its pickle takes from its stack up to a mark that is not there at byte 2', ['t.']],
    ['its pickle refers to object 7, which it has not met at byte 2', ['h', 7, '.']],
    ['its pickle appends to what is no list at byte 4', ['NNa.']],
    ['its pickle sets items of what is no dictionary at byte 5', [']NNs.']],
    ['its pickle has a key without a value at byte 5', ['}(Nu.']],
    ['its pickle calls what is no class at byte 4', ['N)R.']],
    ['its pickle gives state to what has none at byte 4', ['NNb.']],
    ['its pickle refers to something else than a storage at byte 3', [')Q.']],
    ['its pickle has an integer of 4294967295 bytes at byte 2', [0x8b, 255, 255, 255, 255, '.']],
    ['its pickle is of a protocol later than 5 at byte 2', [0x80, 9, '.']],
    [
      'stops at byte 8, inside its pickle (at the object that begins at byte 2)',
      ['X', 255, 255, 255, 255, 'a'],
    ],
    ['stops at byte 7, inside its pickle (at the object that begins at byte 2)', ['cnone']],
  ])('%s', (message, parts) => {
    expect(() => read(0x80, 2, ...parts)).toThrow(`net.pth: ${message}`);
  });

  test('text that claims 2⁶³ bytes is refused by what is left of the file', () => {
    expect(() => read(0x80, 4, 0x8e, 0, 0, 0, 0, 0, 0, 0, 0x80)).toThrow('stops at byte 11');
  });
});

describe('namedTensors', () => {
  const refusal = (value: unknown) => {
    try {
      namedTensors('net.pth', value, new ReadBudget('net.pth', 1000));
    } catch (error) {
      expect(error).toBeInstanceOf(InputError);
      return (error as Error).message;
    }
    return 'accepted';
  };

  test('a dictionary that contains itself is refused', () => {
    const itself = read(0x80, 2, '}q', 0, 'X', 1, 0, 0, 0, 'a', 'h', 0, 's.');
    expect(refusal(itself)).toMatch(/^net.pth: its contents must not be nested deeper than 64/);
  });

  test('a few bytes that spell endless names are refused at once', () => {
    const doubled = Array.from({ length: 60 }, () => ['q', 0, '0]h', 0, 'ah', 0, 'a']).flat();
    expect(refusal(read(0x80, 2, ']', ...doubled, '.'))).toMatch(
      /^net.pth: (its contents must not be nested deeper|must hold no more than its 1,000 bytes explain)/,
    );
    const wide = Array.from({ length: 40 }, () => ['q', 0, '0]h', 0, 'ah', 0, 'a']).flat();
    expect(refusal(read(0x80, 2, ']', ...wide, '.'))).toMatch(
      /must hold no more than its 1,000 bytes explain/,
    );
  });

  test('a file without tensors is refused', () => {
    expect(refusal(new Map([['epoch', 3]]))).toMatch(/must hold at least one tensor/);
  });
});
