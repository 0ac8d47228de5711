import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { noisePng } from '../support/image-entries.js';
import { projectRoot } from '../support/project.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const URL_OF = (path: string) => JSON.stringify(new URL(`../../${path}`, import.meta.url).href);

/** Opens a network and stays long enough for what is sent in the background; runs it where the environment of a thread is a copy. */
const SESSION = `
  const { openSession } = await import(${URL_OF('onnx/onnx-session.js')});
  const session = await openSession(${JSON.stringify(join(projectRoot, 'encoders/demo/demo-clip.onnx'))});
  await new Promise((resolve) => setTimeout(resolve, 1500));
  await session.close();
  console.log('opened', session.inputs.length);`;

const encoded = (images: string): string => `
  const { score } = await import(${URL_OF('index.js')});
  const images = ${JSON.stringify(images)};
  const request = { reference: images, generated: images, encoder: 'demo', metrics: ['fid'], cache: null };
  const { results } = await score(request);
  console.log('scored', results[0].value === 0);`;

const inWorker = (program: string): string => `
  import { Worker } from 'node:worker_threads';
  new Worker(${JSON.stringify(program)}, { eval: true }).on('error', (error) => { throw error; });`;

const inChild = (file: string): string => `
  import { fork } from 'node:child_process';
  fork(${JSON.stringify(file)});`;

const hasStrace = spawnSync('strace', ['-V']).error === undefined;

/** What a program prints, what it left in an empty home, and the addresses that it called, which strace tells. */
function traced(program: string) {
  const folder = temporaryFolder();
  const home = join(folder, 'home');
  const trace = join(folder, 'trace');
  mkdirSync(home);
  const file = join(folder, 'program.mjs');
  writeFileSync(file, program);
  const words = [process.execPath, file];
  const [command, ...rest] = hasStrace
    ? ['strace', '-f', '-qq', '-e', 'trace=connect,sendto,sendmmsg', '-o', trace, ...words]
    : words;
  const { stdout, stderr } = spawnSync(command!, rest, {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'] ?? '', HOME: home, XDG_CACHE_HOME: join(home, 'cache') },
  });
  const calls = existsSync(trace) ? readFileSync(trace, 'utf8').split('\n') : [];
  return {
    output: stdout + stderr,
    home: readdirSync(home, { recursive: true }),
    calls: calls.filter((line) => /AF_INET6?\b/.test(line)),
  };
}

function asModule(program: string): string {
  return `(async () => {${program}})();`;
}

describe.skipIf(process.platform !== 'linux')('ONNX Runtime gathers and sends nothing', () => {
  // Without strace the database that it begins under the home folder still tells.
  const silent = { home: [], calls: [] };

  test('in the main thread', () => {
    expect(traced(SESSION)).toEqual({ ...silent, output: 'opened 1\n' });
  });

  test('in a worker thread of the caller, whose environment is a copy', () => {
    expect(traced(inWorker(asModule(SESSION)))).toEqual({ ...silent, output: 'opened 1\n' });
  });

  test('in a process of the caller', () => {
    const child = join(temporaryFolder(), 'child.mjs');
    writeFileSync(child, SESSION);
    expect(traced(inChild(child))).toEqual({ ...silent, output: 'opened 1\n' });
  });

  test('under a score that a worker thread of the caller runs, with its own threads', async () => {
    const images = temporaryFolder();
    for (let i = 0; i < 8; i++) writeFileSync(join(images, `${i}.png`), await noisePng(i));
    expect(traced(inWorker(asModule(encoded(images))))).toEqual({ ...silent, output: 'scored true\n' });
  });
});
