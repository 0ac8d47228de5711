import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Checkpoint } from '../../../encoders/checkpoints/checkpoint.js';
import { openCheckpoint, readTensor } from '../../../encoders/checkpoints/open-checkpoint.js';
import { InputError } from '../../../errors.js';
import { projectFile, projectRoot } from '../../support/project.js';
import { seededIntegers } from '../../support/seeded-random.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

interface Described {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly values: readonly (number | string)[];
}

const { files } = JSON.parse(projectFile('test/reference/checkpoints.json')) as {
  readonly files: Readonly<Record<string, Readonly<Record<string, Described>>>>;
};
const pathOf = (file: string) => join(projectRoot, 'test/reference/checkpoints', file);

async function contents(checkpoint: Checkpoint): Promise<Record<string, Described>> {
  const described: Record<string, Described> = {};
  for (const [name, tensor] of checkpoint.tensors) {
    const elements: Iterable<number | bigint> = await tensor.read();
    const values = Array.from(elements, (value) => (typeof value === 'bigint' ? `${value}` : value));
    described[name] = { dtype: tensor.dtype, shape: tensor.shape, values };
  }
  return described;
}

async function messageOf(path: string): Promise<string> {
  const error = await openCheckpoint(path).then(
    () => 'opened',
    (refused: unknown) => refused,
  );
  expect(error).toBeInstanceOf(InputError);
  return (error as Error).message.replace(path, 'FILE');
}

describe('openCheckpoint', () => {
  test.each([
    ['dtypes.pth', 'torch-zip'],
    ['dtypes-legacy.pth', 'torch-legacy'],
    ['views.pth', 'torch-zip'],
    ['views-legacy.pth', 'torch-legacy'],
    ['nested.pth', 'torch-zip'],
    ['nested-protocol-4.pth', 'torch-zip'],
    ['map.pth', 'torch-zip'],
    ['script.pt', 'torchscript'],
    ['dtypes.safetensors', 'safetensors'],
  ])('%s holds the tensors that Python saved, names, shapes and every digit', async (file, format) => {
    const checkpoint = await openCheckpoint(pathOf(file));
    expect(checkpoint.format).toBe(format);
    expect(await contents(checkpoint)).toEqual(files[file]);
    await checkpoint.close();
  });

  test('readBytes gives float16 as it is stored', async () => {
    const checkpoint = await openCheckpoint(pathOf('dtypes.pth'));
    const bytes = await checkpoint.tensors.get('float16')!.readBytes();
    expect([...new Uint16Array(bytes.slice().buffer)].slice(0, 4)).toEqual([0, 0x8000, 0x3e00, 0xfbff]);
    await checkpoint.close();
  });

  test('a global that tensors do not need is named, and nothing of the file is run', async () => {
    expect(await messageOf(pathOf('names-print.pth'))).toBe(
      'FILE: its pickle must name tensors and their containers alone; got __builtin__.print at byte 177. ' +
        'Nothing of it was run. Save the tensors alone: torch.save(model.state_dict(), …).',
    );
  });

  test('a tensor that shows one number a million times is refused, not expanded', async () => {
    expect(await messageOf(pathOf('expanded.pth'))).toBe(
      'FILE, tensor weight: each of its elements must be stored; got 1 for shape (1000, 1000). ' +
        'Save an expanded tensor after .contiguous().',
    );
  });

  test.each([
    ['', 'an empty file'],
    [
      '<!DOCTYPE html><html>Not found</html>',
      'a web page (the address answered with text, not with the file)',
    ],
    [
      'version https://git-lfs.github.com/spec/v1\n',
      'a Git LFS pointer (the file itself was not downloaded)',
    ],
    ['GIF89a and more', '15 bytes that begin with 47 49 46 38 39 61 20 61'],
  ])('a file of %j is said to be what it is', async (text, received) => {
    const path = join(temporaryFolder(), 'net.pth');
    writeFileSync(path, text);
    expect(await messageOf(path)).toBe(
      'FILE: must be a checkpoint written by torch.save, a TorchScript archive or a .safetensors file; ' +
        `got ${received}. Download or save the file again.`,
    );
  });

  test('a missing file and a folder are refused by name', async () => {
    expect(await messageOf('nowhere.pth')).toBe('FILE: no such file.');
    expect(await messageOf(temporaryFolder())).toMatch(
      /^FILE: (must be a file; got a folder|cannot be opened)/,
    );
  });

  test('numbers that no longer match their CRC-32 are refused, whole tensors and views alike', async () => {
    for (const [file, tensor] of [
      ['map.pth', ''],
      ['dtypes.pth', 'float64'],
    ] as const) {
      const bytes = readFileSync(pathOf(file));
      const clean = await openCheckpoint(pathOf(file));
      const stored = Buffer.from(await clean.tensors.get(tensor)!.readBytes());
      await clean.close();
      bytes[bytes.indexOf(stored)]! ^= 1;
      const path = join(temporaryFolder(), file);
      writeFileSync(path, bytes);
      const checkpoint = await openCheckpoint(path);
      await expect(checkpoint.tensors.get(tensor)!.read()).rejects.toThrow(/CRC-32/);
      await checkpoint.close();
    }
  });
});

describe('readTensor', () => {
  test('a view saved with the whole batch behind it is that view', async () => {
    const { dtype, shape, values } = await readTensor(pathOf('map.pth'));
    expect({ dtype, shape, values: [...values] }).toEqual(files['map.pth']!['']);
  });

  test('a file of several tensors is refused', async () => {
    await expect(readTensor(pathOf('views.pth'))).rejects.toThrow(
      'views.pth: must hold one tensor; got 5: base, second, transposed, ….',
    );
  });
});

describe('a damaged checkpoint', () => {
  /** Reads everything: gives the bytes read, or the error of a clear refusal; any other error fails the test. */
  async function outcome(path: string): Promise<number | InputError> {
    try {
      const checkpoint = await openCheckpoint(path);
      try {
        let bytes = 0;
        for (const tensor of checkpoint.tensors.values()) bytes += (await tensor.read()).byteLength;
        return bytes;
      } finally {
        await checkpoint.close();
      }
    } catch (error) {
      if (error instanceof InputError) return error;
      throw error;
    }
  }

  test.each(Object.keys(files))('%s cut anywhere is an InputError', async (file) => {
    const whole = readFileSync(pathOf(file));
    const path = join(temporaryFolder(), file);
    const cuts = Array.from({ length: 60 }, (_, i) => Math.floor((i * whole.length) / 60));
    for (const cut of [...cuts, whole.length - 1]) {
      writeFileSync(path, whole.subarray(0, cut));
      expect(await outcome(path)).toBeInstanceOf(InputError);
    }
  });

  test.each(
    Object.keys(files),
  )('%s with bits flipped is read within its size or is an InputError', async (file) => {
    const random = seededIntegers(20240601);
    const whole = readFileSync(pathOf(file));
    const path = join(temporaryFolder(), file);
    for (let round = 0; round < 120; round++) {
      const damaged = Buffer.from(whole);
      for (let flips = 1 + random(3); flips > 0; flips--) {
        damaged[random(damaged.length)]! ^= 1 << random(8);
      }
      writeFileSync(path, damaged);
      const result = await outcome(path);
      // float16 doubles as float32; views of one storage may each be read
      if (typeof result === 'number') expect(result).toBeLessThan(8 * whole.length);
    }
  });
});
