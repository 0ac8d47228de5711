import { InputError } from '../../errors.js';
import { detailCoordinates } from '../../filtering/beyond-detail.js';
import { pooledScores, requireIds } from '../../filtering/compared-pool.js';
import { keepDecision, keepProbabilities } from '../../filtering/keep-decision.js';
import type { ScoreSource } from '../../scoring/score-sources.js';
import { controlScores } from '../../uncertainty/controls.js';
import { decodableImages } from '../../uncertainty/files/decodable-images.js';
import { readScores } from '../../uncertainty/files/read-scores.js';
import { type IdMatch, idMatch } from '../../uncertainty/id-match.js';
import { IMAGE_CONTROLS } from '../../uncertainty/image-controls.js';
import { ImagePool, PooledScore } from '../../uncertainty/image-pool.js';
import { parsedKeepRule } from '../../uncertainty/keep-rule.js';
import { chosenScores, type ScoreTable } from '../../uncertainty/score-table.js';
import { armRole, filterOf, hasFilters } from '../filter-arms.js';
import { type ScoredArm, scoredArm } from '../scored-arm.js';
import type { StudyArm, StudyDesign } from '../study-design.js';

/** Controls that measure detail, as columns of a file or of images. */
const DETAIL = IMAGE_CONTROLS.filter(({ family }) => family === 'detail').map(({ id }) => id);

/**
 * The arms of a design with filters, their scores joined to the images by id; null for a design without.
 *
 * @param sources  by the name of the arm
 * @throws InputError MISSING_IDS if scores miss images, or name others, or a file of embeddings has no ids; what `keepDecision` throws
 * where a rule keeps nothing or everything of all images
 */
export async function openScoredArms(
  design: StudyDesign,
  sources: ReadonlyMap<string, ScoreSource>,
): Promise<ReadonlyMap<string, ScoredArm> | null> {
  if (!hasFilters(design)) return null;
  const tables = new Map<string, ScoreTable>();
  const tableOf = async (path: string) => {
    const table = tables.get(path) ?? (await readScores(path));
    tables.set(path, table);
    return table;
  };
  const pools = new Map<ScoreSource, ImagePool>();
  const poolOf = (source: ScoreSource) => {
    const pool = pools.get(source) ?? ImagePool.of(requireIds(source));
    pools.set(source, pool);
    return pool;
  };
  const measured = new Map<string, Promise<readonly PooledScore[]>>();
  const arms = new Map<string, ScoredArm>();
  for (const arm of design.arms) {
    const source = sources.get(arm.name)!;
    const pool = poolOf(source);
    const own = filterOf(arm, design.arms);
    const filter = own === null ? null : { ...own.filter, table: await tableOf(own.filter.scores) };
    const joined = filter === null ? null : joinedScores(source, pool, filter.table);
    const [score] = filter === null ? [] : joined!.scores([filter.column]);
    const rule = filter === null ? null : parsedKeepRule(filter.rule, filter);
    const { seed } = design;
    const decision =
      score === undefined || rule === null ? null : keepDecision(score, rule, { seed, where: arm.name });
    if (arm.matched !== undefined) requireControls(arm, source, filter!.table);
    const detail = async (influence: Float64Array | null) => {
      const key = JSON.stringify([arm.source, own!.filter.scores, arm.matched!.controls]);
      const known =
        measured.get(key) ?? detailOf(arm, source, { pool, table: filter!.table, joined: joined! });
      measured.set(key, known);
      const kept = keepProbabilities(score!.values, decision!);
      return detailCoordinates({ kept, influence }, await known, seed);
    };
    arms.set(
      arm.name,
      scoredArm({
        role: armRole(arm),
        pool,
        filter: score === undefined || rule === null ? null : { score, rule },
        order: design.filterOrder!,
        seed,
        detail,
      }),
    );
  }
  return arms;
}

interface JoinedScores {
  readonly match: IdMatch;
  scores(columns: readonly string[]): readonly PooledScore[];
}

function joinedScores(source: ScoreSource, pool: ImagePool, table: ScoreTable): JoinedScores {
  const match = idMatch(requireIds(source), table, {
    missing: 'refuse',
    help: 'Complete the two: every image of a study needs its score.',
  });
  return {
    match,
    scores: (columns) => pooledScores(pool, chosenScores(table, columns), { match, source: table.source }),
  };
}

/** Whether something says how detailed the images are: the images themselves, or columns of their scores. */
export function isDetailKnown({ kind }: Pick<ScoreSource, 'kind'>, table: ScoreTable): boolean {
  return kind === 'images' || controlColumns(null, { kind, table }).length > 0;
}

/**
 * Columns of the file by which images are matched; none where they are measured on the images.
 *
 * @param controls  null: all that measure detail, or of embeddings those of them that the file has
 */
function controlColumns(
  controls: readonly string[] | null,
  { kind, table: { scores } }: { readonly kind: ScoreSource['kind']; readonly table: ScoreTable },
): readonly string[] {
  const names = scores.map(({ name }) => name);
  const known = (controls ?? DETAIL).filter((name) => names.includes(name));
  const isEnough =
    controls === null && kind === 'embedded'
      ? known.length > 0
      : known.length === (controls ?? DETAIL).length;
  return isEnough ? known : [];
}

/** @throws InputError MISSING_IDS if a control is neither a column of the scores nor can be measured */
function requireControls(arm: StudyArm, source: ScoreSource, table: ScoreTable): void {
  if (controlColumns(arm.matched!.controls, { kind: source.kind, table }).length > 0) return;
  const wanted = arm.matched!.controls ?? DETAIL;
  const known = IMAGE_CONTROLS.map(({ id }) => id);
  if (source.kind === 'images' && wanted.every((name) => known.includes(name))) return;
  throw new InputError('MISSING_IDS', {
    where: table.source,
    expected: `must have the columns ${wanted.join(', ')}, by which ${arm.name} is matched, for they cannot be measured on ${source.path}`,
    received: table.scores.map(({ name }) => name).join(', '),
    help: 'Give the images, add the columns (steadfid uncertainty --controls), or leave the arm out.',
  });
}

async function detailOf(
  arm: StudyArm,
  source: ScoreSource,
  {
    pool,
    table,
    joined,
  }: { readonly pool: ImagePool; readonly table: ScoreTable; readonly joined: JoinedScores },
): Promise<readonly PooledScore[]> {
  const { controls } = arm.matched!;
  const columns = controlColumns(controls, { kind: source.kind, table });
  // images are measured, as compare does, unless columns were named
  if (source.kind !== 'images' || (controls !== null && columns.length > 0)) return joined.scores(columns);
  const wanted = controls ?? DETAIL;
  const { scores } = await controlScores(decodableImages(source.set));
  return scores
    .filter(({ name }) => wanted.includes(name))
    .map((score) => PooledScore.join(pool, score, { source: source.path }));
}
