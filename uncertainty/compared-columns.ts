import { OptionError } from '../errors.js';
import { CONTROL_NAMES } from './pool-controls.js';
import type { Score } from './score.js';
import { chosenScores, type ScoreTable } from './score-table.js';

/**
 * The scores that a comparison tries: those named, or all columns that are no control scores.
 *
 * @throws OptionError UNKNOWN_COLUMN; CONFLICTING_OPTIONS if there are controls alone and none was named
 */
export function comparedColumns(table: ScoreTable, named: readonly string[] | undefined): Score[] {
  if (named !== undefined) return chosenScores(table, named);
  const scores = table.scores.filter(({ name }) => !CONTROL_NAMES.includes(name));
  if (scores.length > 0) return scores;
  throw new OptionError('CONFLICTING_OPTIONS', {
    where: table.source,
    expected: 'must hold a score that is no control score',
    received: table.scores.map(({ name }) => name).join(', '),
    help: 'Name the columns to be tried: --column png-bytes.',
  });
}
