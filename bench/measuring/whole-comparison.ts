import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openNpzWriter } from '../../encoders/files/npz-writer.js';
import { compare } from '../../filtering/compare.js';
import type { Rows } from '../../numerics/rows.js';
import { seededRandom, standardNormals } from '../../numerics/seeded-random.js';
import { readScores } from '../../uncertainty/files/read-scores.js';
import { parsedKeepRule } from '../../uncertainty/keep-rule.js';

/** Embeddings of both sides, and which images of the pool the score should find. */
export interface ComparedRows {
  readonly reference: Rows;
  readonly generated: Rows;
  /** 1 for an image that the score finds, (n) */
  readonly spoiled: Float64Array;
}

/** What one comparison took, start to end. */
export interface WholeComparison {
  readonly ms: number;
  /** of all threads */
  readonly cpuMs: number;
  readonly verdict: string;
}

async function writeEmbeddings(path: string, { n, d, data }: Rows): Promise<void> {
  const writer = await openNpzWriter(path, [{ name: 'embeddings', columns: d }]);
  await writer.append({ embeddings: Float32Array.from(data) });
  await writer.file('ids.json', Buffer.from(JSON.stringify(idsOf(n))));
  await writer.commit();
}

function idsOf(n: number): string[] {
  return Array.from({ length: n }, (_, i) => String(i).padStart(6, '0'));
}

/** A score that finds what is spoiled, and one measure of detail that does not. */
function scoresCsv({ spoiled }: ComparedRows): string {
  const noise = (name: string) => standardNormals(spoiled.length, seededRandom(1, name));
  const [own, detail] = [noise('score'), noise('detail')];
  const lines = idsOf(spoiled.length).map((id, i) => `${id},${spoiled[i]! + 0.3 * own[i]!},${detail[i]}`);
  return ['id,sum,png-bytes', ...lines].join('\n');
}

/** `steadfid compare` of one score by one metric, from files of embeddings to the report: with every arm, curve and interval. */
export async function wholeComparison(
  rows: ComparedRows,
  { metric, draws, rule }: { readonly metric: string; readonly draws: number; readonly rule: string },
): Promise<WholeComparison> {
  const folder = await mkdtemp(join(tmpdir(), 'steadfid-bench-'));
  const path = (name: string) => join(folder, name);
  try {
    await writeEmbeddings(path('reference.npz'), rows.reference);
    await writeEmbeddings(path('generated.npz'), rows.generated);
    await writeFile(path('scores.csv'), scoresCsv(rows));
    const [started, used] = [performance.now(), process.cpuUsage()];
    const { effects } = await compare({
      reference: path('reference.npz'),
      generated: path('generated.npz'),
      scores: await readScores(path('scores.csv')),
      rule: parsedKeepRule(rule),
      metrics: [metric],
      plan: { draws },
    });
    const { user, system } = process.cpuUsage(used);
    return {
      ms: performance.now() - started,
      cpuMs: (user + system) / 1000,
      verdict: effects[0]!.verdict!.kind,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
