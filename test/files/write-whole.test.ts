import { spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openWholeFile } from '../../encoders/files/whole-file.js';
import { writeWhole } from '../../encoders/files/write-whole.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const module = new URL('../../encoders/files/whole-file.js', import.meta.url).href;

/** A program that begins a file, says so, and waits for its end. */
function halfWritten(path: string, more = ''): string {
  return `
    const { openWholeFile } = await import(${JSON.stringify(module)});
    const file = await openWholeFile(${JSON.stringify(path)});
    await file.append(Buffer.alloc(100_000));
    ${more}
    process.stdout.write('begun');
    setInterval(() => {}, 1000);`;
}

/** Runs a program and sends it a signal once it has begun. */
function interrupted(
  program: string,
  signal: NodeJS.Signals,
): Promise<[code: number | null, signal: string | null]> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  child.stdout.once('data', () => child.kill(signal));
  return new Promise((resolve) => child.once('exit', (...end) => resolve(end)));
}

describe('writeWhole', () => {
  test('writeWhole writes text, bytes, and pieces as they come', async () => {
    const folder = temporaryFolder();
    async function* pieces() {
      yield 'né ';
      yield Uint8Array.of(0x6f, 0x6b);
    }
    await writeWhole(join(folder, 'text'), 'né');
    await writeWhole(join(folder, 'bytes'), Uint8Array.of(1, 2));
    await writeWhole(join(folder, 'pieces'), pieces());
    expect(readFileSync(join(folder, 'text'), 'utf8')).toBe('né');
    expect([...readFileSync(join(folder, 'bytes'))]).toEqual([1, 2]);
    expect(readFileSync(join(folder, 'pieces'), 'utf8')).toBe('né ok');
    expect(readdirSync(folder).sort()).toEqual(['bytes', 'pieces', 'text']);
  });

  test('writeWhole leaves a file that is already there as it is, unless it may replace it', async () => {
    const path = join(temporaryFolder(), 'a.csv');
    writeFileSync(path, 'old');
    await expect(writeWhole(path, 'new')).rejects.toThrow(
      `${path}: there is already such a file, and it was left as it is. Pass --force to replace it, or write to another path.`,
    );
    expect(readFileSync(path, 'utf8')).toBe('old');
    await writeWhole(path, 'new', { existing: 'replaced' });
    expect(readFileSync(path, 'utf8')).toBe('new');
  });

  test('writeWhole leaves a file alone that appeared while it was writing', async () => {
    const path = join(temporaryFolder(), 'a.csv');
    const file = await openWholeFile(path);
    await file.append(Buffer.from('ours'));
    writeFileSync(path, 'theirs');
    await expect(file.commit()).rejects.toMatchObject({ code: 'FILE_EXISTS' });
    expect(readFileSync(path, 'utf8')).toBe('theirs');
    expect(readdirSync(join(path, '..'))).toEqual(['a.csv']);
  });

  test('writeWhole takes a file of the same content that appeared while it was writing for its own', async () => {
    const path = join(temporaryFolder(), 'a.csv');
    let told = 0;
    const file = await openWholeFile(path, { onSameContent: () => told++ });
    await file.append(Buffer.from('the same'));
    writeFileSync(path, 'the same');
    await file.commit();
    expect([told, readdirSync(join(path, '..'))]).toEqual([1, ['a.csv']]);
  });

  test('writeWhole sweeps what a killed process left of any file of the folder, and nothing of a running one', async () => {
    const folder = temporaryFolder();
    const [path, other] = [join(folder, 'a'), join(folder, 'b')];
    const file = await openWholeFile(other);
    expect(await interrupted(halfWritten(path), 'SIGKILL')).toEqual([null, 'SIGKILL']);
    const spill = `${readdirSync(folder)
      .find((name) => name.startsWith('.a.'))!
      .slice(0, -4)}spill`;
    writeFileSync(join(folder, spill), 'rows');
    writeFileSync(join(folder, '.a.12345678.part'), 'of no process');
    const program = `
      const { writeWhole } = await import(${JSON.stringify(module.replace('whole-file', 'write-whole'))});
      await writeWhole(${JSON.stringify(path)}, 'whole');`;
    expect(readdirSync(folder).length).toBe(4);
    spawnSync(process.execPath, ['--input-type=module', '-e', program]);
    expect(readdirSync(folder)).toEqual(['.a.12345678.part', expect.stringMatching(/^\.b\./), 'a']);
    await file.abandon();
  });

  test('writeWhole replaces what a symbolic link points at, and keeps the link', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'target'), 'old');
    symlinkSync('target', join(folder, 'link'));
    await writeWhole(join(folder, 'link'), 'new', { existing: 'replaced' });
    expect(readFileSync(join(folder, 'target'), 'utf8')).toBe('new');
    expect(readdirSync(folder, { withFileTypes: true }).map((entry) => entry.isSymbolicLink())).toEqual([
      true,
      false,
    ]);
  });

  test('nothing is left when the content fails half way', async () => {
    const folder = temporaryFolder();
    function* pieces() {
      yield 'half';
      throw new Error('the source ran dry');
    }
    await expect(writeWhole(join(folder, 'a'), pieces())).rejects.toThrow('the source ran dry');
    expect(readdirSync(folder)).toEqual([]);
  });

  test('nothing is left when the caller aborts', async () => {
    const folder = temporaryFolder();
    const abort = new AbortController();
    function* pieces() {
      yield 'half';
      abort.abort();
      yield 'whole';
    }
    await expect(writeWhole(join(folder, 'a'), pieces(), { signal: abort.signal })).rejects.toMatchObject({
      code: 'INTERRUPTED',
    });
    expect(readdirSync(folder)).toEqual([]);
  });

  test.skipIf(process.platform === 'win32')(
    'SIGINT ends the program as it always does, and leaves no half file',
    async () => {
      const folder = temporaryFolder();
      expect(await interrupted(halfWritten(join(folder, 'a')), 'SIGINT')).toEqual([null, 'SIGINT']);
      expect(readdirSync(folder)).toEqual([]);
    },
  );

  test.skipIf(process.platform === 'win32')(
    'a program with its own way to end on SIGTERM ends that way, and leaves no half file',
    async () => {
      const folder = temporaryFolder();
      const program = halfWritten(join(folder, 'a'), `process.on('SIGTERM', () => process.exit(7));`);
      expect(await interrupted(program, 'SIGTERM')).toEqual([7, null]);
      expect(readdirSync(folder)).toEqual([]);
    },
  );

  test('a missing folder, a folder and a path through a file are refused, with what to do', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'file'), '');
    mkdirSync(join(folder, 'folder'));
    await expect(writeWhole(join(folder, 'none', 'a'), '')).rejects.toThrow(
      `${join(folder, 'none', 'a')}: must be writable; got no such folder. Make the folder first.`,
    );
    await expect(writeWhole(join(folder, 'folder'), '')).rejects.toThrow('must be a file; got a folder.');
    await expect(writeWhole(join(folder, 'file', 'a'), '')).rejects.toThrow(
      'got a path that goes through a file',
    );
  });

  test.skipIf(process.platform === 'win32' || process.getuid?.() === 0)(
    'a folder without permission is refused',
    async () => {
      const folder = temporaryFolder();
      chmodSync(folder, 0o500);
      await expect(writeWhole(join(folder, 'a'), '')).rejects.toThrow('got no permission to write there');
    },
  );

  test.skipIf(process.platform === 'win32')(
    'a file that grows past what the system allows is named, and no half of it is left',
    () => {
      const folder = temporaryFolder();
      const path = join(folder, 'a');
      const program = `
      const { openWholeFile } = await import(${JSON.stringify(module)});
      const file = await openWholeFile(${JSON.stringify(path)});
      try { for (;;) await file.append(Buffer.alloc(10_000)); } catch (error) { console.log(error.message); }`;
      // A shell's limit on the size of files stands in for a full disk: 64 blocks of 512 or 1,024 bytes.
      const { stdout } = spawnSync(
        'sh',
        ['-c', 'ulimit -f 64; exec "$0" --input-type=module -e "$1"', process.execPath, program],
        {
          encoding: 'utf8',
        },
      );
      expect(stdout).toContain(
        `${path}: must be writable; got a file larger than this system or this shell allows.`,
      );
      expect(readdirSync(folder)).toEqual([]);
      expect(existsSync(path)).toBe(false);
    },
  );
});
