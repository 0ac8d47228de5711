import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, request as httpRequest } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { fetchFile } from '../../../encoders/models/fetch-file.js';
import { fileServer, serve, serveAndCut } from '../../support/file-server.js';
import { seededIntegers } from '../../support/seeded-random.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { rejected } from '../../support/thrown.js';

const random = seededIntegers(7);
const FILE = Uint8Array.from({ length: 300_000 }, () => random(256));
const EXPECTED = { sha256: createHash('sha256').update(FILE).digest('hex'), sizeBytes: FILE.length };
const QUICK = { retryWaitsMs: [0, 0] };

describe('fetchFile', () => {
  test('a file served whole is there under its name, and nothing else is', async () => {
    const folder = temporaryFolder();
    const server = await fileServer(({ start }, response) => serve(FILE, start, response));
    const progress: number[] = [];
    await fetchFile(server.url, join(folder, 'net.pth'), EXPECTED, {
      onProgress: ({ done }) => progress.push(done),
    });
    expect(readFileSync(join(folder, 'net.pth')).equals(FILE)).toBe(true);
    expect(readdirSync(folder)).toEqual(['net.pth']);
    expect(progress.at(-1)).toBe(FILE.length);
  });

  test('a cut connection is taken up where it ended, as often as it brings something', async () => {
    const path = join(temporaryFolder(), 'net.pth');
    const server = await fileServer(({ start }, response) =>
      start < 200_000 ? serveAndCut(FILE, start, start + 70_000, response) : serve(FILE, start, response),
    );
    const retries: string[] = [];
    await fetchFile(server.url, path, EXPECTED, {
      retryWaitsMs: [0, 0, 0, 0],
      onRetry: (why) => retries.push(why),
    });
    expect(readFileSync(path).equals(FILE)).toBe(true);
    const { starts } = server;
    expect(starts[0]).toBe(0);
    expect(starts).toEqual([...starts].sort((a, b) => a - b));
    expect(new Set(starts).size).toBeGreaterThan(3);
    expect(retries).toHaveLength(starts.length - 1);
  });

  test('a part left by an earlier run is gone on from', async () => {
    const path = join(temporaryFolder(), 'net.pth');
    writeFileSync(`${path}.part`, FILE.subarray(0, 120_000));
    const server = await fileServer(({ start }, response) => serve(FILE, start, response));
    await fetchFile(server.url, path, EXPECTED, QUICK);
    expect(server.starts).toEqual([120_000]);
    expect(readFileSync(path).equals(FILE)).toBe(true);
  });

  test('a server without ranges is read from the start again', async () => {
    const path = join(temporaryFolder(), 'net.pth');
    writeFileSync(`${path}.part`, new Uint8Array(120_000));
    const server = await fileServer((_, response) => serve(FILE, 0, response));
    await fetchFile(server.url, path, EXPECTED, QUICK);
    expect(readFileSync(path).equals(FILE)).toBe(true);
  });

  test('a part of another file is thrown away, and the file fetched from the start', async () => {
    const path = join(temporaryFolder(), 'net.pth');
    writeFileSync(`${path}.part`, new Uint8Array(120_000));
    const server = await fileServer(({ start }, response) => serve(FILE, start, response));
    await fetchFile(server.url, path, EXPECTED, QUICK);
    expect(server.starts).toEqual([120_000, 0]);
    expect(readFileSync(path).equals(FILE)).toBe(true);
  });

  test('a busy server is asked again, and waited for as it says', async () => {
    const path = join(temporaryFolder(), 'net.pth');
    const server = await fileServer(({ count, start }, response) =>
      count < 3 ? response.writeHead(503, { 'retry-after': '0' }).end() : serve(FILE, start, response),
    );
    await fetchFile(server.url, path, EXPECTED, QUICK);
    expect(server.starts).toHaveLength(3);
  });

  test('a silent server is given up on, and asked again', async () => {
    const path = join(temporaryFolder(), 'net.pth');
    const server = await fileServer(({ count, start }, response) => {
      if (count > 1) return serve(FILE, start, response);
      response.writeHead(200, { 'content-length': FILE.length });
      return response.write(FILE.subarray(0, 1000)); // and then nothing
    });
    await fetchFile(server.url, path, EXPECTED, { ...QUICK, silenceMs: 300 });
    expect(server.starts).toEqual([0, 1000]);
    expect(readFileSync(path).equals(FILE)).toBe(true);
  });

  test('a slow server is waited for', async () => {
    const path = join(temporaryFolder(), 'net.pth');
    const server = await fileServer((_, response) => {
      response.writeHead(200, { 'content-length': FILE.length });
      let sent = 0;
      const timer = setInterval(() => {
        response.write(FILE.subarray(sent, sent + 30_000));
        sent += 30_000;
        if (sent >= FILE.length) {
          clearInterval(timer);
          response.end();
        }
      }, 30);
    });
    await fetchFile(server.url, path, EXPECTED, { ...QUICK, silenceMs: 2000 });
    expect(readFileSync(path).equals(FILE)).toBe(true);
  });

  test('another file of the right size is kept aside, and both hashes are told', async () => {
    const folder = temporaryFolder();
    const other = Uint8Array.from(FILE);
    other[1234]! ^= 1;
    const hash = createHash('sha256').update(other).digest('hex');
    const server = await fileServer(({ start }, response) => serve(other, start, response));
    const path = join(folder, 'net.pth');
    expect(await rejected(fetchFile(server.url, path, EXPECTED, QUICK))).toBe(
      `CHECKSUM_MISMATCH ${server.url}: must have SHA-256 ${EXPECTED.sha256}; got ${hash}. ` +
        `It was kept as ${path}.bad. Try again, or give another source with --from.`,
    );
    expect(readdirSync(folder)).toEqual(['net.pth.bad']);
  });

  test('a file of another size is not even fetched', async () => {
    const folder = temporaryFolder();
    const server = await fileServer(({ start }, response) => serve(FILE.subarray(0, 5000), start, response));
    expect(await rejected(fetchFile(server.url, join(folder, 'net.pth'), EXPECTED, QUICK))).toBe(
      `CHECKSUM_MISMATCH ${server.url}: must have 300000 bytes; got 5000. ` +
        'It was not taken. Give another source with --from.',
    );
    expect(readdirSync(folder)).toEqual([]);
  });

  test('more bytes than the file has are not taken', async () => {
    const path = join(temporaryFolder(), 'net.pth');
    const server = await fileServer((_, response) => {
      response.writeHead(200); // no length
      response.write(FILE);
      response.end(FILE);
    });
    expect(await rejected(fetchFile(server.url, path, EXPECTED, QUICK))).toContain(
      'must have 300000 bytes; got more',
    );
  });

  test.each([
    [404, {}, 'HTTP 404'],
    [403, {}, 'HTTP 403'],
    [200, { 'content-type': 'text/html; charset=utf-8' }, 'a web page'],
  ])('an answer %i %o is not asked for again', async (status, headers, received) => {
    const path = join(temporaryFolder(), 'net.pth');
    const server = await fileServer((_, response) => response.writeHead(status, headers).end('<html>'));
    expect(await rejected(fetchFile(server.url, path, EXPECTED, QUICK))).toBe(
      `DOWNLOAD_FAILED ${server.url}: must answer with the file; got ${received}. ` +
        'Without a network, or for another address, fetch the file elsewhere and give it with --from.',
    );
    expect(server.starts).toHaveLength(1);
  });

  test('a redirection is followed, with the range', async () => {
    const path = join(temporaryFolder(), 'net.pth');
    writeFileSync(`${path}.part`, FILE.subarray(0, 120_000));
    const storage = await fileServer(({ start }, response) => serve(FILE, start, response));
    const server = await fileServer((_, response) =>
      response.writeHead(302, { location: storage.url }).end(),
    );
    await fetchFile(server.url, path, EXPECTED, QUICK);
    expect(storage.starts).toEqual([120_000]);
    expect(readFileSync(path).equals(FILE)).toBe(true);
  });

  test('a host that does not exist and an address that is none are not tried again', async () => {
    const path = join(temporaryFolder(), 'net.pth');
    const retries: string[] = [];
    const options = { ...QUICK, onRetry: (why: string) => retries.push(why) };
    for (const url of ['http://nowhere.invalid/net.pth', 'http://:/net.pth']) {
      expect(await rejected(fetchFile(url, path, EXPECTED, options))).toMatch(/^DOWNLOAD_FAILED http/);
    }
    expect(retries).toEqual([]);
  });

  test('a server that does not answer is tried again, then told of with what to do', async () => {
    const path = join(temporaryFolder(), 'net.pth');
    const server = await fileServer((_, response) => response.destroy());
    const message = await rejected(fetchFile(server.url, path, EXPECTED, QUICK));
    expect(server.starts).toHaveLength(3);
    expect(message).toMatch(
      /^DOWNLOAD_FAILED http:\S+: must answer with the file; 3 tries in a row brought nothing; got .+\. What arrived is kept/,
    );
  });

  test('an abort keeps what arrived', async () => {
    const path = join(temporaryFolder(), 'net.pth');
    const controller = new AbortController();
    const server = await fileServer((_, response) => {
      response.writeHead(200, { 'content-length': FILE.length });
      response.write(FILE.subarray(0, 100_000));
    });
    const onProgress = ({ done }: { readonly done: number }) => {
      if (done >= 100_000) controller.abort();
    };
    const fetched = fetchFile(server.url, path, EXPECTED, {
      ...QUICK,
      signal: controller.signal,
      onProgress,
    });
    expect(await rejected(fetched)).toMatch(
      /^INTERRUPTED .*: the download was stopped; the same command goes on/,
    );
    expect(readFileSync(`${path}.part`).equals(FILE.subarray(0, 100_000))).toBe(true);
  });

  test('a file of this machine is copied and checked the same way', async () => {
    const folder = temporaryFolder();
    const source = join(folder, 'mirror.pth');
    writeFileSync(source, FILE);
    await fetchFile(source, join(folder, 'models', 'net.pth'), EXPECTED);
    expect(readFileSync(join(folder, 'models', 'net.pth')).equals(FILE)).toBe(true);
    writeFileSync(source, FILE.subarray(1));
    expect(await rejected(fetchFile(source, join(folder, 'again.pth'), EXPECTED))).toContain(
      'must have 300000 bytes; got 299999',
    );
    expect(await rejected(fetchFile(join(folder, 'nowhere'), join(folder, 'again.pth'), EXPECTED))).toBe(
      `UNREADABLE_FILE --from ${join(folder, 'nowhere')}: no such file.`,
    );
  });

  test.skipIf(process.getuid?.() === 0)('a read-only folder is told of, with what to do', async () => {
    const folder = join(temporaryFolder(), 'models');
    mkdirSync(folder);
    chmodSync(folder, 0o555);
    const server = await fileServer(({ start }, response) => serve(FILE, start, response));
    expect(await rejected(fetchFile(server.url, join(folder, 'net.pth'), EXPECTED, QUICK))).toMatch(
      /^UNWRITABLE_FILE .*must be writable; got no permission to write there\. Write to another folder\./,
    );
  });

  test('a folder whose name is a file’s is told of', async () => {
    const file = join(temporaryFolder(), 'models');
    writeFileSync(file, '');
    const server = await fileServer(({ start }, response) => serve(FILE, start, response));
    expect(await rejected(fetchFile(server.url, join(file, 'net.pth'), EXPECTED, QUICK))).toMatch(
      /^UNWRITABLE_FILE /,
    );
  });

  test('the proxy of HTTP_PROXY is gone through', async () => {
    const path = join(temporaryFolder(), 'net.pth');
    const server = await fileServer(({ start }, response) => serve(FILE, start, response));
    const seen = await throughProxy(
      () => fetchFile(server.url.replace('127.0.0.1', 'weights.example'), path, EXPECTED, QUICK),
      server.url,
    );
    expect(seen).toBeGreaterThan(0);
    expect(existsSync(path)).toBe(true);
  });
});

/** Runs work with a proxy that leads every host to one address; gives how often it was asked. */
async function throughProxy(work: () => Promise<void>, target: string): Promise<number> {
  const { hostname, port } = new URL(target);
  let asked = 0;
  const proxy = createServer((request, response) => {
    asked++;
    const { pathname } = new URL(request.url!);
    httpRequest({ hostname, port, path: pathname, headers: request.headers }, (answer) => {
      response.writeHead(answer.statusCode!, answer.headers);
      answer.pipe(response);
    }).end();
  });
  proxy.on('connect', (_, socket) => {
    asked++;
    const upstream = connect(Number(port), hostname, () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      upstream.pipe(socket).pipe(upstream);
    });
    upstream.on('error', () => socket.destroy());
    socket.on('error', () => upstream.destroy());
  });
  await new Promise<void>((listening) => proxy.listen(0, '127.0.0.1', listening));
  const before = process.env['HTTP_PROXY'];
  onTestFinished(() => {
    if (before === undefined) delete process.env['HTTP_PROXY'];
    else process.env['HTTP_PROXY'] = before;
    proxy.closeAllConnections();
    proxy.close();
  });
  process.env['HTTP_PROXY'] = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  await work();
  return asked;
}
