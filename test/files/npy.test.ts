import { describe, expect, test } from 'vitest';
import { npyHeader } from '../../encoders/files/npy.js';
import { projectFile } from '../support/project.js';

interface Case {
  name: string;
  version: number;
  descr: string;
  fortranOrder: boolean;
  shape: number[];
  itemSize: number;
  file: string;
}

const { cases } = JSON.parse(projectFile('test/reference/npy-header.json')) as { cases: Case[] };
const refused = new Set(['object', 'record', 'string', 'date']);
const numeric = cases.filter(({ name }) => !refused.has(name));

function array(literal: string): Buffer {
  const head = Buffer.from(literal, 'latin1');
  const size = Buffer.alloc(2);
  size.writeUInt16LE(head.length);
  return Buffer.concat([Buffer.from([0x93]), Buffer.from('NUMPY\x01\x00', 'latin1'), size, head]);
}

describe('npyHeader', () => {
  test.each(numeric)('npyHeader of a $name in format $version is what numpy wrote', (expected) => {
    const bytes = Buffer.from(expected.file, 'base64');
    const header = npyHeader(bytes, 'a.npy');
    const { descr, fortranOrder, shape, itemSize } = expected;
    expect(header).toMatchObject({ descr, fortranOrder, shape, itemSize });
    const values = shape.reduce((product, side) => product * side, 1);
    expect(header.dataOffset + values * itemSize).toBe(bytes.length);
  });

  test('npyHeader refuses objects without unpickling them', () => {
    const { file } = cases.find(({ name }) => name === 'object')!;
    expect(() => npyHeader(Buffer.from(file, 'base64'), 'a.npz, entry x.npy')).toThrow(
      'a.npz, entry x.npy: must hold numbers; it holds Python objects, which are never unpickled. ' +
        'Save a plain array, for example array.astype("float32").',
    );
  });

  test.each(['record', 'string', 'date'])('npyHeader refuses a %s array', (name) => {
    const { file } = cases.find((one) => one.name === name)!;
    expect(() => npyHeader(Buffer.from(file, 'base64'), 'a.npy')).toThrow(/must hold numbers/);
  });

  test('npyHeader refuses every array that is cut inside its head', () => {
    const bytes = Buffer.from(numeric[0]!.file, 'base64');
    const { dataOffset } = npyHeader(bytes, 'a.npy');
    for (let length = 0; length < dataOffset; length++)
      expect(() => npyHeader(bytes.subarray(0, length), 'a.npy')).toThrow(/a\.npy: (not a numpy|stops at)/);
  });

  test('npyHeader reads the keys in any order and the long integers of Python 2', () => {
    const bytes = array("{'shape': (3L, 4L), 'descr': '<f4', 'fortran_order': False}");
    expect(npyHeader(bytes, 'a.npy').shape).toEqual([3, 4]);
  });

  test.each([
    "__import__('os').system('true')",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (f(3),), }",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (-3,), }",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (99999999, 99999999, 9), }",
    "{'descr': '<f4', 'fortran_order': False, 'shape': 3, }",
    "{'descr': '<f4', 'shape': (3,), }",
    '',
  ])('npyHeader refuses the head %s', (literal) => {
    expect(() => npyHeader(array(literal), 'a.npy')).toThrow(/not a numpy array|a shape that cannot be/);
  });

  test('npyHeader refuses a file that is no array', () => {
    expect(() => npyHeader(Buffer.from('hello, hello, hello'), 'a.npy')).toThrow(
      'a.npy: not a numpy array (it does not begin as a .npy file).',
    );
  });
});
