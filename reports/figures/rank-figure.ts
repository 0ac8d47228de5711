import type { StudyCurve, StudyRanking } from '../../sample-size-study/study-report.js';
import type { Html } from '../html.js';
import { countText, numberText } from '../number-text.js';
import type { DrawingBoard } from './drawing-board.js';
import type { Figure } from './figure.js';
import { shortName } from './figure-size.js';
import { standingOf, subtitleOf } from './figure-words.js';
import {
  agreementPanel,
  FLIPS_ALLOWED,
  flipPanel,
  flipText,
  type PairLine,
  RANK_PANEL,
} from './rank-panels.js';
import { BACKGROUND_LOOK, seriesLook } from './series-look.js';
import type { ScaleKind } from './size-scale.js';

/** Lines of pairs in one panel: those that flip most. */
const MOST_PAIRS = 8;

/** How sure the order of the arms is at each n: agreement with the final order, and how often neighbors in rank swap. */
export function rankFigure(
  ranking: StudyRanking,
  curves: readonly StudyCurve[],
  board: DrawingBoard,
): Figure {
  const { metric, finalIs, requiredSize, crossings, bySize } = ranking;
  const own = curves.filter((curve) => curve.metric === metric && ranking.arms.includes(curve.arm));
  const neighbors = neighborPairs(ranking);
  const drawn = [...neighbors].sort((a, b) => total(b) - total(a)).slice(0, MOST_PAIRS);
  const truth = finalIs === 'limit' ? 'their limits' : 'their means at the largest n';
  const views = (of: (scale: ScaleKind) => Html) =>
    (['log', 'linear'] as const).map((scale) => ({ name: `${scale} n`, drawing: of(scale) }));
  return {
    name: `rank-${metric}`,
    metric,
    title: `${metric}: how sure the order of the arms is`,
    caption:
      `Left: agreement of one draw at each n with the order by ${truth}: mean Kendall τ, and the share of draws with the same best ` +
      `arm. Right: share of draws in which two neighbors in that order stand the other way round; below the line at ` +
      `${FLIPS_ALLOWED * 100} % the order counts as settled${requiredSize === null ? ', which no size here reaches for all pairs' : ` (all pairs from n = ${countText(requiredSize)})`}.`,
    subtitle: subtitleOf(own),
    keys: [
      { text: 'mean Kendall τ', mark: 'line', look: { color: '#0072B2', dash: null }, series: null },
      { text: 'same best arm', mark: 'line', look: { color: '#D55E00', dash: '6 3' }, series: null },
      ...drawn.map(({ name }, series) => ({
        text: `flips: ${name}`,
        mark: 'line' as const,
        look: seriesLook(series + 2),
        series,
      })),
      ...(requiredSize === null
        ? []
        : [
            {
              text: 'settled from n',
              mark: 'rule' as const,
              look: { ...BACKGROUND_LOOK, dash: '4 3' },
              series: null,
            },
          ]),
    ],
    panels: [
      {
        title: 'agreement with the final order',
        ...RANK_PANEL,
        views: views((scale) => agreementPanel(ranking, scale, board)),
      },
      {
        title: 'neighbors that swap',
        ...RANK_PANEL,
        views: views((scale) => flipPanel(drawn, { scale, requiredSize }, board)),
      },
    ],
    warnings: [
      ...crossings
        .slice(0, 3)
        .map(
          ({ first, second, below }) =>
            `Bias alone puts ${first} and ${second} in the wrong order below n = ${countText(Math.ceil(below))}.`,
        ),
      ...(drawn.length < neighbors.length
        ? [
            `${drawn.length} of ${neighbors.length} pairs are drawn, those that swap most; all are in the CSV.`,
          ]
        : []),
    ],
    standing: standingOf(own),
    table: {
      header: ['n', 'mean τ', 'same best arm', ...drawn.map(({ name }) => `flips: ${name}`)],
      rows: bySize.map(({ sampleSize, meanTau, sameBest }, i) => [
        countText(sampleSize),
        meanTau === null ? '–' : numberText(meanTau, { error: 0.01 }),
        flipText(sameBest),
        ...drawn.map(({ flips }) => flipText(flips[i]!.share)),
      ]),
    },
    numbers: {
      header: ['metric', 'sample_size', 'mean_tau', 'same_best', 'first', 'second', 'flip_share'],
      rows: bySize.flatMap(({ sampleSize, meanTau, sameBest }, i) =>
        neighbors.map(({ first, second, flips }) => [
          metric,
          sampleSize,
          meanTau,
          sameBest,
          first,
          second,
          flips[i]!.share,
        ]),
      ),
    },
  };
}

function total({ flips }: PairLine): number {
  return flips.reduce((sum, { share }) => sum + share, 0);
}

/** Pairs that stand side by side in the final order, best first. */
function neighborPairs({ arms, final, direction, bySize }: StudyRanking): readonly PairLine[] {
  const sign = direction === 'higher-is-better' ? -1 : 1;
  const order = [...arms.keys()].sort((a, b) => sign * (final[a]! - final[b]!));
  return order.slice(1).map((j, place) => {
    const i = order[place]!;
    const [first, second] = [arms[i]!, arms[j]!];
    return {
      first,
      second,
      name: `${shortName(first, 20)} ↔ ${shortName(second, 20)}`,
      flips: bySize.map(({ sampleSize, flips }) => ({ n: sampleSize, share: flips[i]![j]! })),
    };
  });
}
