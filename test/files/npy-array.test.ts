import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { npyHeadBytes } from '../../encoders/files/npy-bytes.js';
import { npyTexts } from '../../encoders/files/npy-texts.js';
import { ReadBudget } from '../../encoders/files/read-budget.js';
import { readNpy } from '../../encoders/files/read-npy.js';
import { projectFile } from '../support/project.js';
import { temporaryFolder } from '../support/temporary-folder.js';

interface Case {
  name: string;
  shape: number[];
  values: (number | boolean)[];
  file: string;
}

const fixture = JSON.parse(projectFile('test/reference/npy-arrays.json')) as {
  numbers: Case[];
  texts: { name: string; values: string[]; file: string }[];
  refused: { name: string; file: string }[];
};

function saved(base64: string): string {
  return savedBytes(Buffer.from(base64, 'base64'));
}

function savedBytes(bytes: Uint8Array): string {
  const path = join(temporaryFolder(), 'a.npy');
  writeFileSync(path, bytes);
  return path;
}

describe('readNpy', () => {
  test.each(fixture.numbers)('readNpy of $name gives the numbers that numpy saved', async ({
    shape,
    values,
    file,
  }) => {
    const array = await readNpy(saved(file));
    expect(array.shape).toEqual(shape);
    expect(Array.from(array.data)).toEqual(values.map(Number));
  });

  test('readNpy keeps float32 as float32 and widens 32-bit integers to float64', async () => {
    const kinds = await Promise.all(
      ['<f4', '<f2', 'u1', '<i4', '<f8'].map(async (name) => {
        const { file } = fixture.numbers.find((one) => one.name === name)!;
        return (await readNpy(saved(file))).data.constructor.name;
      }),
    );
    expect(kinds).toEqual(['Float32Array', 'Float32Array', 'Float32Array', 'Float64Array', 'Float64Array']);
  });

  test.each(
    fixture.refused.map(({ name, file }) => [name, file]),
  )('readNpy refuses %s', async (_name, file) => {
    await expect(readNpy(saved(file))).rejects.toMatchObject({ code: 'UNREADABLE_FILE' });
  });

  test('readNpy says that objects are never unpickled and how to save numbers', async () => {
    const path = saved(fixture.refused.find(({ name }) => name === 'object')!.file);
    await expect(readNpy(path)).rejects.toThrow(
      `${path}: must hold numbers; it holds Python objects, which are never unpickled. Save a plain array, for example array.astype("float32").`,
    );
  });

  test('readNpy refuses an integer that float64 would round, by row and column in either order of axes', async () => {
    const file = Buffer.from(
      fixture.refused.find(({ name }) => name === 'integer beyond 2^53')!.file,
      'base64',
    );
    const message = (place: string) =>
      `: integers must be such that float64 holds them exactly, as it does all up to 2^53; got 9007199254740993 in ${place} (counted from 0). Save it as float64 to have them rounded, for example array.astype("float64"), or divide them first.`;
    const path = savedBytes(file);
    await expect(readNpy(path)).rejects.toThrow(path + message('row 1, column 0'));
    const columns = file.toString('latin1').replace("'fortran_order': False, ", "'fortran_order': True,  ");
    const other = savedBytes(Buffer.from(columns, 'latin1'));
    await expect(readNpy(other)).rejects.toThrow(message('row 1, column 1')); // the fourth number, columns first
  });

  test('readNpy takes integers of 64 bits that float64 holds, ±2^53 and 2^63 among them', async () => {
    const values = [0n, -(2n ** 53n), 2n ** 53n, -(2n ** 63n), 2n ** 62n, -7n];
    const bytes = new Uint8Array(BigInt64Array.from(values).buffer);
    const path = savedBytes(Buffer.concat([npyHeadBytes('<i8', [3, 2]), bytes]));
    expect([...(await readNpy(path)).data]).toEqual(values.map(Number));
  });

  test('readNpy refuses an array that is cut off anywhere or goes on after its end', async () => {
    const whole = Buffer.from(fixture.numbers.find(({ name }) => name === '<f4')!.file, 'base64');
    for (let length = 0; length < whole.length; length++)
      await expect(readNpy(savedBytes(whole.subarray(0, length)))).rejects.toMatchObject({
        code: 'UNREADABLE_FILE',
      });
    await expect(readNpy(savedBytes(Buffer.concat([whole, Buffer.alloc(1)])))).rejects.toThrow(
      `must be ${whole.length} bytes for its shape (2, 3); got ${whole.length + 1}.`,
    );
  });

  test('readNpy checks a shape of petabytes against the file before it takes memory', async () => {
    const whole = Buffer.from(fixture.numbers.find(({ name }) => name === '<f4')!.file, 'base64');
    const path = savedBytes(
      Buffer.from(whole.toString('latin1').replace('(2, 3), }   ', '(2000, 3), }'), 'latin1'),
    );
    await expect(readNpy(path)).rejects.toThrow('must be 24128 bytes for its shape (2000, 3); got 152.');
  });

  test('readNpy names a file that is missing', async () => {
    await expect(readNpy('/nowhere/a.npy')).rejects.toThrow('/nowhere/a.npy: no such file.');
  });
});

describe('npyTexts', () => {
  const textsOf = (bytes: Uint8Array) =>
    npyTexts(bytes, { where: 'ids', budget: new ReadBudget('ids', bytes.length) });

  test.each(fixture.texts)('npyTexts of $name gives the texts that numpy saved', ({ values, file }) => {
    expect(textsOf(Buffer.from(file, 'base64'))).toEqual(values);
  });

  test('npyTexts refuses objects, numbers with fractions and arrays of two axes', () => {
    const file = (name: string) =>
      Buffer.from([...fixture.refused, ...fixture.numbers].find((one) => one.name === name)!.file, 'base64');
    expect(() => textsOf(file('object of texts'))).toThrow('Python objects, which are never unpickled');
    expect(() => textsOf(file('<f4'))).toThrow('ids: must be 1-d; got shape (2, 3).');
  });
});
