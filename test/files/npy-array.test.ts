import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { npyTexts } from '../../encoders/files/npy-texts.js';
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
  test.each(fixture.texts)('npyTexts of $name gives the texts that numpy saved', ({ values, file }) => {
    expect(npyTexts(Buffer.from(file, 'base64'), 'ids')).toEqual(values);
  });

  test('npyTexts refuses objects, numbers with fractions and arrays of two axes', () => {
    const file = (name: string) =>
      Buffer.from([...fixture.refused, ...fixture.numbers].find((one) => one.name === name)!.file, 'base64');
    expect(() => npyTexts(file('object of texts'), 'ids')).toThrow(
      'Python objects, which are never unpickled',
    );
    expect(() => npyTexts(file('<f4'), 'ids')).toThrow('ids: must be 1-d; got shape (2, 3).');
  });
});
