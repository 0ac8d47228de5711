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
  readonly reader?: ReaderName;
  readonly folder?: string;
  readonly at?: number;
}

/** A child that is at the same case for so long waits for what never comes; on a busy machine the cases themselves take longer. */
const IDLE_MS = 300_000;

interface Cases {
  readonly seed: number;
  readonly from: number;
  readonly count: number;
}

/** The same cases of several readers, in one child as long as none ends early: to start one takes longer than a few hundred cases. */
export async function fuzzCasesOfAll(
  readers: readonly ReaderName[],
  cases: Cases,
): Promise<ReadonlyMap<ReaderName, FuzzResult>> {
  const own = new Map<ReaderName, Line[]>();
  let at: Line[] = [];
  for (const line of await childLines(readers, [cases.seed, cases.from, cases.count])) {
    if (line.reader !== undefined) own.set(line.reader, (at = []));
    at.push(line);
  }
  const results = new Map<ReaderName, FuzzResult>();
  for (const reader of readers) {
    const lines = own.get(reader) ?? [];
    const end = lines.find(({ kind }) => kind === 'done');
    const failures = lines.flatMap(({ kind, index = cases.from, said = '' }) =>
      kind === 'foreign' ? [{ reader, seed: cases.seed, index, kind, said }] : [],
    );
    results.set(
      reader,
      end === undefined
        ? await fuzzCases(reader, cases)
        : { cases: cases.count, refused: end.refused ?? 0, failures },
    );
  }
  return results;
}

/** Cases `from … from + count` of a reader and seed. A child that ends early is followed by another behind its last case. */
export async function fuzzCases(reader: ReaderName, { seed, from, count }: Cases): Promise<FuzzResult> {
  const failures: Failure[] = [];
  let refused = 0;
  let next = from;
  while (next < from + count) {
    const lines = await childLines([reader], [seed, next, from + count - next]);
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

function childLines(readers: readonly ReaderName[], numbers: readonly number[]): Promise<readonly Line[]> {
  const script = fileURLToPath(new URL('./fuzz-child.js', import.meta.url));
  const words = [
    `--max-old-space-size=${CHILD_HEAP_MEGABYTES}`,
    script,
    readers.join(),
    ...numbers.map(String),
  ];
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'ignore'] });
    let text = '';
    let seen: string | undefined;
    const idle = setInterval(() => {
      const at = caseAt(text);
      if (at === seen) child.kill('SIGKILL');
      seen = at;
    }, IDLE_MS);
    child.stdout.setEncoding('utf8').on('data', (more: string) => {
      text += more;
    });
    child.on('error', reject);
    child.on('close', (code) => {
      clearInterval(idle);
      const lines = linesOf(text);
      const at = caseAt(text);
      if (at !== undefined) lines.push({ at: Number(at) });
      const folder = folderOf(lines);
      if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
      if (code === BROKEN)
        reject(new Error(`the cases of ${readers.join()} cannot be made; run ${words.join(' ')}`));
      else resolve(lines);
    });
  });
}

/** What a child has printed, but for a line that it is at. */
function linesOf(text: string): Line[] {
  return text
    .slice(0, text.lastIndexOf('\n') + 1)
    .split('\n')
    .filter((line) => line !== '')
    .map((line): Line => JSON.parse(line));
}

function folderOf(lines: readonly Line[]): string | undefined {
  return lines.findLast((line) => line.folder !== undefined)?.folder;
}

/** The case that a child is at, as its file says; undefined once it has ended in order, or before the first. */
function caseAt(text: string): string | undefined {
  const folder = folderOf(linesOf(text));
  if (folder === undefined || !existsSync(join(folder, CASE_FILE))) return undefined;
  return readFileSync(join(folder, CASE_FILE), 'utf8');
}
