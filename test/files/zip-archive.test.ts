import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import { describe, expect, onTestFinished, test } from 'vitest';
import { crc32, tableCrc32 } from '../../encoders/files/crc-32.js';
import { openZip, type ZipArchive } from '../../encoders/files/zip-archive.js';
import type { ZipEntry } from '../../encoders/files/zip-entry-reader.js';
import { projectFile } from '../support/project.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const fixture = JSON.parse(projectFile('test/reference/zip-archive.json')) as {
  text: string;
  archives: Record<string, string>;
};

function bytesOf(name: string): Buffer {
  return Buffer.from(fixture.archives[name]!, 'base64');
}

async function opened(bytes: Uint8Array): Promise<ZipArchive> {
  const path = join(temporaryFolder(), 'a.zip');
  writeFileSync(path, bytes);
  const zip = await openZip(path);
  onTestFinished(() => zip.close());
  return zip;
}

async function texts(zip: ZipArchive): Promise<Record<string, string>> {
  const pairs: [string, string][] = [];
  for (const entry of zip.entries) pairs.push([entry.name, Buffer.from(await zip.read(entry)).toString()]);
  return Object.fromEntries(pairs);
}

async function joined(zip: ZipArchive, entry: ZipEntry): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const chunk of zip.chunks(entry)) parts.push(Uint8Array.from(chunk));
  return Buffer.concat(parts);
}

const plainTexts = {
  'folder/stored.txt': fixture.text,
  'folder/déflated.txt': fixture.text,
  'empty.txt': '',
};

describe('openZip', () => {
  test('openZip reads stored, deflated and empty entries as zipfile wrote them, and leaves folders out', async () => {
    expect(await texts(await opened(bytesOf('plain')))).toEqual(plainTexts);
  });

  test('openZip reads entries whose sizes follow their data', async () => {
    expect(await texts(await opened(bytesOf('streamed')))).toEqual(plainTexts);
  });

  test('openZip reads zip64 entries', async () => {
    const zip = await opened(bytesOf('zip64'));
    expect(await texts(zip)).toEqual({ 'large.txt': fixture.text, 'larger.txt': fixture.text });
  });

  test('readRange gives the bytes asked for of a stored entry', async () => {
    const zip = await opened(bytesOf('plain'));
    const range = await zip.readRange(zip.entries[0]!, 4, 5);
    expect(Buffer.from(range).toString()).toBe('quick');
  });

  test('readRange refuses a deflated entry and a range past the end', async () => {
    const zip = await opened(bytesOf('plain'));
    await expect(zip.readRange(zip.entries[1]!, 0, 1)).rejects.toThrow(/must be stored to be read by range/);
    await expect(zip.readRange(zip.entries[0]!, 799, 2)).rejects.toThrow(/has 800 bytes; bytes 799 to 801/);
  });

  test.each(['parent', 'absolute'])('openZip refuses an archive with a %s path in it', async (name) => {
    await expect(opened(bytesOf(name))).rejects.toMatchObject({ code: 'UNREADABLE_FILE' });
  });

  test('openZip reads backslashes as folders', async () => {
    const bytes = Buffer.from(
      bytesOf('plain').toString('latin1').replaceAll('folder/s', 'folder\\s'),
      'latin1',
    );
    expect((await opened(bytes)).entries[0]!.name).toBe('folder/stored.txt');
  });

  test('read refuses a method other than deflate, naming archive, entry and method', async () => {
    const zip = await opened(bytesOf('bzip2'));
    await expect(zip.read(zip.entries[0]!)).rejects.toThrow(
      `${zip.path}, entry a.txt: must be stored or deflated; it is compressed by method 12.`,
    );
  });

  test('read refuses a changed byte by its CRC-32', async () => {
    const bytes = bytesOf('plain');
    bytes[bytes.indexOf('quick')] = 'Q'.charCodeAt(0);
    const zip = await opened(bytes);
    await expect(zip.read(zip.entries[0]!)).rejects.toThrow(/folder\/stored\.txt: is damaged/);
  });

  test('read refuses a deflated entry that declares more than deflate can give, before taking memory', async () => {
    const bytes = bytesOf('plain');
    const header = bytes.indexOf('folder/déflated.txt', bytes.indexOf('PK\u0001\u0002')) - 46;
    bytes.writeUInt32LE(0xfffffff0, header + 24);
    const zip = await opened(bytes);
    await expect(zip.read(zip.entries[1]!)).rejects.toThrow(
      /declares 4294967280 bytes, which cannot come from/,
    );
  });

  const lies = [
    ['less', 799, /must be 799 bytes; it goes on after them/],
    ['more', 801, /must be 801 bytes; it stops after 800/],
  ] as const;
  test.each(
    lies,
  )('a deflated entry that declares %s than it holds is refused', async (_, declared, message) => {
    const bytes = bytesOf('plain');
    const header = bytes.indexOf('folder/déflated.txt', bytes.indexOf('PK\u0001\u0002')) - 46;
    bytes.writeUInt32LE(declared, header + 24);
    const zip = await opened(bytes);
    await expect(zip.read(zip.entries[1]!)).rejects.toThrow(message);
    await expect(joined(zip, zip.entries[1]!)).rejects.toThrow(message);
  });

  test('entries too large to be read at once are read piece by piece, and their CRC-32 checked', async () => {
    const large = Buffer.alloc(5_000_000, 'steadfid ');
    const bytes = Buffer.from(zipSync({ deflated: large, stored: [large, { level: 0 }] }));
    const zip = await opened(bytes);
    for (const entry of zip.entries)
      expect(Buffer.from(await zip.read(entry)).equals(large), entry.name).toBe(true);
    bytes[bytes.indexOf('PK\u0001\u0002') + 16]! ^= 1;
    const damaged = await opened(bytes);
    await expect(damaged.read(damaged.entries[0]!)).rejects.toThrow(/deflated: is damaged/);
  });

  test('openZip refuses an archive cut at any byte', async () => {
    const bytes = bytesOf('plain');
    for (let length = 0; length < bytes.length; length += 37)
      await expect(opened(bytes.subarray(0, length))).rejects.toMatchObject({ code: 'UNREADABLE_FILE' });
  });

  test('a flipped byte anywhere is an InputError or leaves every entry as it was', async () => {
    const expected = Object.values(plainTexts);
    for (let at = 0; at < bytesOf('plain').length; at += 3) {
      const bytes = bytesOf('plain');
      bytes[at]! ^= 0x41;
      const result = await opened(bytes)
        .then(texts)
        .then(Object.values, (error) => error.code);
      if (result !== 'UNREADABLE_FILE') expect(expected).toEqual(expect.arrayContaining(result));
    }
  });

  test('openZip names a file that is missing', async () => {
    await expect(openZip('no/such.zip')).rejects.toThrow('no/such.zip: no such file.');
  });

  test('chunks of an entry, joined, are what read gives', async () => {
    const zip = await opened(bytesOf('npz'));
    const [entry] = zip.entries;
    expect((await joined(zip, entry!)).equals(await zip.read(entry!))).toBe(true);
  });
});

describe('crc32', () => {
  test('crc32 of "123456789" is 0xcbf43926', () => {
    expect(crc32(Buffer.from('123456789'))).toBe(0xcbf43926);
  });

  test('crc32 and tableCrc32 of no bytes are the previous value, whatever the empty view', () => {
    const empty = [new Uint8Array(0), new Uint8Array(new Float32Array(0).buffer, 0, 0), Buffer.alloc(0)];
    for (const bytes of empty) expect([crc32(bytes, 7), tableCrc32(bytes, 7)]).toEqual([7, 7]);
  });

  test('tableCrc32 goes on from a previous value as crc32 does', () => {
    const bytes = Buffer.from('123456789');
    expect(tableCrc32(bytes.subarray(4), tableCrc32(bytes.subarray(0, 4)))).toBe(crc32(bytes));
  });
});
