import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Rows } from '../numerics/rows.js';
import { seededRandom, standardNormals } from '../numerics/seeded-random.js';
import { study } from '../sample-size-study/files/study.js';
import { filterArms } from '../sample-size-study/filter-arms.js';
import { embeddedSet } from '../test/support/embedded-set.js';
import { peakMemory } from './measuring/peak-memory.js';
import { randomRows } from './measuring/random-rows.js';
import type { Topic } from './measuring/topic.js';

/** How large both studies are. */
interface StudySize {
  readonly n: number;
  readonly d: number;
  readonly classes: number;
  readonly repeats: number;
}

/** What one study took. */
interface StudyCost {
  /** of all threads */
  readonly cpuMs: number;
  readonly peakMb: number;
  readonly values: number;
}

const FULL: StudySize = { n: 10_000, d: 2048, classes: 1008, repeats: 20 };
const QUICK: StudySize = { n: 120, d: 16, classes: 10, repeats: 2 };
const SIZES = 12;
const SMALLEST = 50;
const MOST_TIMES = 2.5;
const ARMS = { one: 'one generated set', five: 'filtered, with its controls' } as const;

function idsOf(set: number, n: number): readonly string[] {
  return Array.from({ length: n }, (_, i) => `${set}-${String(i).padStart(6, '0')}`);
}

/** A score that half knows how far out an image is, and a measure of detail. */
function scoresCsv({ n, d, data }: Rows): string {
  const noise = standardNormals(2 * n, seededRandom(1, 'score'));
  const lines = idsOf(2, n).map((id, i) => `${id},${data[i * d]! + noise[i]!},${noise[n + i]!}`);
  return ['id,sum,png-bytes', ...lines].join('\n');
}

/** One study from its sets in memory to its report, in a process of its own. */
async function studyCost(arms: keyof typeof ARMS, { n, d, classes, repeats }: StudySize): Promise<StudyCost> {
  const setOf = (seed: number, shift: number) =>
    embeddedSet(randomRows({ n, d, seed, shift }), {
      source: `set ${seed}`,
      ids: idsOf(seed, n),
      logits: randomRows({ n, d: classes, seed, shift }),
    });
  const sets = { reference: setOf(1, 0), generated: setOf(2, 0.05) };
  const folder = mkdtempSync(join(tmpdir(), 'steadfid-bench-'));
  try {
    const scores = join(folder, 'scores.csv');
    writeFileSync(scores, scoresCsv(sets.generated.embeddings!));
    const source = 'generated';
    const filter = { source, scores, columns: ['sum'], rules: ['mean+1sd'], keep: 'low' } as const;
    const design = {
      reference: 'reference',
      arms: arms === 'one' ? [{ name: 'unfiltered', source }] : filterArms({ ...filter, detail: 'with' }),
      metrics: ['fid', 'cmmd', 'is'],
      sizes: Array.from({ length: SIZES }, (_, i) =>
        Math.round(SMALLEST * (n / SMALLEST) ** (i / (SIZES - 1))),
      ),
      repeats,
      cheapRepeats: repeats,
    };
    const before = process.cpuUsage();
    const report = await study(design, { sets });
    const { user, system } = process.cpuUsage(before);
    const values = report.curves.flatMap(({ points }) => points.flatMap((point) => point.values)).length;
    return { cpuMs: (user + system) / 1000, peakMb: peakMemory(), values };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function measured(arms: keyof typeof ARMS, size: StudySize): StudyCost {
  const words = [fileURLToPath(import.meta.url), arms, JSON.stringify(size)];
  const { status, stdout, stderr } = spawnSync(process.execPath, words, { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

export const filterStudy: Topic = {
  name: 'filter-study',
  about:
    'processor time of a study of a filter (unfiltered, filtered, random, matched, inverse) beside the same study of one generated set: FID, CMMD and IS at 12 sizes × 20 repeats',
  async run(size) {
    const given = size === 'full' ? FULL : QUICK;
    const [one, five] = [measured('one', given), measured('five', given)];
    const times = five.cpuMs / one.cpuMs;
    return {
      comparisons: [
        {
          task: ARMS.five,
          against: ARMS.one,
          taskMs: Math.round(five.cpuMs),
          againstMs: Math.round(one.cpuMs),
          times: Number(times.toPrecision(4)),
          faster: Number((1 / times).toPrecision(4)),
          goal: `at most ${MOST_TIMES} times as long`,
          reached: times <= MOST_TIMES,
        },
      ],
      figures: {
        ...given,
        values: `${five.values} beside ${one.values}`,
        'peak memory MB (goal: below 2000)': Math.round(five.peakMb),
        'peak memory of the study of one set MB': Math.round(one.peakMb),
      },
    };
  },
};

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const [arms, size] = process.argv.slice(2);
  process.stdout.write(JSON.stringify(await studyCost(arms as keyof typeof ARMS, JSON.parse(size!))));
}
