import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ReaderName } from '../hostile/readers.js';
import { BROKEN, CASE_FILE, CHILD_HEAP_MEGABYTES } from './fuzz-case.js';

/** A case that did not end as it should. */
export interface Failure {
  readonly reader: ReaderName;
  readonly seed: number;
  readonly index: number;
  readonly kind: 'foreign' | 'hung' | 'out of memory' | 'crashed';
  readonly said: string;
}

export interface FuzzResult {
  /** cases that were read to their end or refused, and those that failed */
  readonly cases: number;
  readonly refused: number;
  readonly failures: readonly Failure[];
}

interface Line {
  readonly kind?: 'foreign' | 'hung' | 'out of memory' | 'done';
  readonly index?: number;
  readonly said?: string;
  readonly refused?: number;
  readonly folder?: string;
  readonly at?: number;
}

/** A child that does nothing for so long waits for what never comes. */
const IDLE_MS = 300_000;

/** Cases `from … from + count` of a reader and seed. A child that ends early is followed by another behind its last case. */
export async function fuzzCases(
  reader: ReaderName,
  { seed, from, count }: { readonly seed: number; readonly from: number; readonly count: number },
): Promise<FuzzResult> {
  const failures: Failure[] = [];
  let refused = 0;
  let next = from;
  while (next < from + count) {
    const lines = await childLines(reader, [seed, next, from + count - next]);
    let ended: number | undefined;
    for (const { kind, index = next, said = '', refused: some = 0 } of lines) {
      if (kind === 'done') {
        refused += some;
        ended = from + count;
      } else if (kind !== undefined) {
        failures.push({ reader, seed, index, kind, said });
        if (kind !== 'foreign') ended = index + 1;
      }
    }
    if (ended === undefined) {
      const index = lines.find(({ at }) => at !== undefined)?.at ?? next;
      failures.push({
        reader,
        seed,
        index,
        kind: 'crashed',
        said: 'the process ended by itself, or did nothing',
      });
      ended = index + 1;
    }
    next = ended;
  }
  return { cases: next - from, refused, failures };
}

function childLines(reader: ReaderName, numbers: readonly number[]): Promise<readonly Line[]> {
  const script = fileURLToPath(new URL('./fuzz-child.js', import.meta.url));
  const words = [`--max-old-space-size=${CHILD_HEAP_MEGABYTES}`, script, reader, ...numbers.map(String)];
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'ignore'] });
    let text = '';
    const idle = setTimeout(() => child.kill('SIGKILL'), IDLE_MS);
    child.stdout.setEncoding('utf8').on('data', (more: string) => {
      text += more;
    });
    child.on('error', reject);
    child.on('close', (code) => {
      clearTimeout(idle);
      const lines = text
        .split('\n')
        .filter((line) => line !== '')
        .map((line): Line => JSON.parse(line));
      const folder = lines.find((line) => line.folder !== undefined)?.folder;
      if (folder !== undefined && existsSync(join(folder, CASE_FILE))) {
        lines.push({ at: Number(readFileSync(join(folder, CASE_FILE), 'utf8')) });
        rmSync(folder, { recursive: true, force: true });
      }
      if (code === BROKEN) reject(new Error(`the cases of ${reader} cannot be made; run ${words.join(' ')}`));
      else resolve(lines);
    });
  });
}
