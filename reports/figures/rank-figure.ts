import { metricLabel } from '../../metrics/metric-catalog.js';
import { countText, numberText } from '../../numerics/number-text.js';
import { crossingTexts } from '../../sample-size-study/study-rankings.js';
import type { ArmPair, StudyCurve, StudyRanking } from '../../sample-size-study/study-report.js';
import type { Html } from '../page/html.js';
import type { DrawingBoard } from './drawing-board.js';
import type { Figure } from './figure.js';
import { shortName } from './figure-size.js';
import { comparabilityOf, subtitleOf } from './figure-words.js';
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
const AGREEMENT = 'agreement with the final order';
const SWAPS = 'sets that swap';

/** How reliable the ranking is at each n: agreement with the final order, and how often two sets swap. */
export function rankFigure(
  ranking: StudyRanking,
  curves: readonly StudyCurve[],
  board: DrawingBoard,
): Figure {
  const { metric, rankedBy, requiredSize, crossings, bySize } = ranking;
  const own = curves.filter((curve) => curve.metric === metric && ranking.arms.includes(curve.arm));
  const ranked = rankedPairs(ranking);
  const drawn = [...ranked].sort((a, b) => total(b) - total(a)).slice(0, MOST_PAIRS);
  const hasBest = bySize.some(({ sameBest }) => sameBest !== null);
  const truth = rankedBy === 'limit' ? 'their asymptotic values' : 'their means at the largest n';
  const views = (of: (scale: ScaleKind) => Html) =>
    (['log', 'linear'] as const).map((scale) => ({ name: `${scale} n`, drawing: of(scale) }));
  return {
    name: `rank-${metric}`,
    source: 'study.json',
    metric,
    title: `${metricLabel(metric)}: how reliable the ranking is`,
    caption:
      `“${AGREEMENT}”: mean Kendall τ${tauWords(ranking)} of one draw at each n with the order by ${truth}${hasBest ? ', and the share of draws with the same best set' : ''}. ` +
      `“${SWAPS}”: share of draws that reverse two significantly different sets. ` +
      `Below ${FLIPS_ALLOWED * 100} %, the gray band, their order counts as settled: ${requiredSize === null ? 'no size here settles all pairs' : `all pairs from n = ${countText(requiredSize)} on, the dashed line`}.`,
    subtitle: subtitleOf(own),
    keys: [
      { text: 'mean Kendall τ', mark: 'line', look: { color: '#0072B2', dash: null }, series: null },
      ...(hasBest
        ? [
            {
              text: 'same best set',
              mark: 'line' as const,
              look: { color: '#D55E00', dash: '6 3' },
              series: null,
            },
          ]
        : []),
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
        title: AGREEMENT,
        ...RANK_PANEL,
        views: views((scale) => agreementPanel(ranking, scale, board)),
      },
      {
        title: SWAPS,
        ...RANK_PANEL,
        views: views((scale) => flipPanel(drawn, { scale, requiredSize }, board)),
      },
    ],
    warnings: [
      ...crossingTexts(crossings).map((text) => `By the fitted lines, ${text}.`),
      ...unrankedNote(ranking),
      ...(drawn.length < ranked.length
        ? [`${drawn.length} of ${ranked.length} pairs are drawn, those that swap most; all are in the CSV.`]
        : []),
    ],
    comparability: comparabilityOf(own),
    table: {
      header: ['n', 'mean τ', 'same best set', ...drawn.map(({ name }) => `flips: ${name}`)],
      rows: bySize.map(({ sampleSize, meanTau, sameBest }, i) => [
        countText(sampleSize),
        meanTau === null ? '–' : numberText(meanTau, { error: 0.01 }),
        sameBest === null ? '–' : flipText(sameBest),
        ...drawn.map(({ flips }) => flipText(flips[i]!.share)),
      ]),
    },
    numbers: {
      header: ['metric', 'sample_size', 'mean_tau', 'same_best', 'first', 'second', 'flip_share'],
      rows: bySize.flatMap(({ sampleSize, meanTau, sameBest }, i) =>
        ranked.map(({ first, second, flips }) => [
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

/** τ_b of an order with ties against a draw, which has none, is at most √(ranked pairs / all pairs). */
function tauWords({ pairs }: StudyRanking): string {
  const ranked = pairs.filter(({ isRanked }) => isRanked).length;
  if (ranked === pairs.length) return '';
  const most = numberText(Math.sqrt(ranked / pairs.length), { error: 0.01 });
  return ` (at most ${most}, since pairs that are not ranked count as ties)`;
}

/** Pairs that are not ranked, in a sentence for each reason. */
function unrankedNote({ pairs }: StudyRanking): readonly string[] {
  const open = pairs.filter(({ isRanked }) => !isRanked);
  const [tested, untested] = [true, false].map((isTested) =>
    open.filter(({ standardError }) => (standardError !== null) === isTested),
  );
  return [
    ...pairsNote('No significant difference, hence not ranked', tested!),
    ...pairsNote('Not tested, as the errors are unknown, hence not ranked', untested!),
  ];
}

function pairsNote(what: string, pairs: readonly ArmPair[]): readonly string[] {
  if (pairs.length === 0) return [];
  const names = pairs.slice(0, 3).map(({ first, second }) => `${first} and ${second}`);
  const left = pairs.length > 3 ? ` and ${pairs.length - 3} more pairs` : '';
  return [`${what}: ${names.join('; ')}${left}.`];
}

function total({ flips }: PairLine): number {
  return flips.reduce((sum, { share }) => sum + share, 0);
}

/** Pairs with a significant difference. */
function rankedPairs({ arms, bySize, pairs }: StudyRanking): readonly PairLine[] {
  return pairs
    .filter(({ isRanked }) => isRanked)
    .map(({ first, second }) => {
      const [i, j] = [arms.indexOf(first), arms.indexOf(second)];
      return {
        first,
        second,
        name: `${shortName(first, 20)} ↔ ${shortName(second, 20)}`,
        flips: bySize.map(({ sampleSize, flips }) => ({ n: sampleSize, share: flips[i]![j]! })),
      };
    });
}
