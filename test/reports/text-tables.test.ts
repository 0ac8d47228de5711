import { describe, expect, test } from 'vitest';
import { METRICS } from '../../metrics/metric-catalog.js';
import { scoreTextTable } from '../../reports/score/score-methods.js';
import { scorePage } from '../../reports/score/score-page.js';
import { studyTable } from '../../reports/study/study-table.js';
import { labelText, latexText } from '../../reports/text/latex-text.js';
import { latexTable, markdownTable, withoutEmptyColumns } from '../../reports/text/text-tables.js';
import { AGGREGATION_FAMILIES } from '../../uncertainty/aggregation-catalog.js';
import { exampleReport } from '../support/score-report.js';
import { exampleStudy } from '../support/study-report.js';

describe('latexTable', () => {
  test('latexTable names its package, has a sentence for a caption, a label, and headers in two lines', () => {
    const table = {
      title: 'FID of a_b',
      notes: ['↓: lower is better.'],
      label: 'score-a-b',
      header: ['metric', 'limit (95 % interval)'],
      rows: [
        ['FID ↓', '−0.5 (−0.9 to 0.1)'],
        ['KID ↓', '–'],
      ],
    };
    expect(latexTable(table)).toBe(String.raw`% needs \usepackage{booktabs,siunitx}
\begin{table}[tbp]
\centering
\footnotesize
\setlength{\tabcolsep}{3pt}
\sisetup{group-digits=integer,group-separator={,},group-minimum-digits=4}
\caption{FID of a\_b.}
\label{tab:score-a-b}
\begin{tabular}{@{}lr@{}}
\toprule
 & limit \\
metric & (95 \% interval) \\
\midrule
FID $\downarrow$ & $-$0.5 ($-$0.9 to 0.1) \\
KID $\downarrow$ & -- \\
\bottomrule
\end{tabular}
\par\smallskip\parbox{\linewidth}{\scriptsize $\downarrow$: lower is better.}
\end{table}
`);
  });

  test('latexTable aligns numbers at their points by siunitx, and a value and its error each by its own', () => {
    const table = {
      title: 'Models',
      header: ['model', 'FID', 'KID', 'n'],
      rows: [
        ['a', '18.12 ± 0.31', '−0.0123', '10,000'],
        ['b', '9.3 ± 0.012', '–', '500'],
        ['c', '–', '1.5', '–'],
      ],
    };
    const lines = latexTable(table).split('\n');
    expect(lines.find((line) => line.startsWith('\\begin{tabular}'))).toBe(
      String.raw`\begin{tabular}{@{}lS[table-format=2.2]@{\,}c@{\,}S[table-format=1.3]S[table-format=-1.4]S[table-format=5]@{}}`,
    );
    expect(lines.filter((line) => /^[abc] |^model/.test(line))).toEqual([
      String.raw`model & \multicolumn{3}{c}{FID} & {KID} & {n} \\`,
      String.raw`a & 18.12 & {$\pm$} & 0.31 & -0.0123 & 10000 \\`,
      String.raw`b & 9.3 & {$\pm$} & 0.012 & {--} & 500 \\`,
      String.raw`c & {--} & & {} & 1.5 & {--} \\`,
    ]);
  });

  test('labelText keeps letters, digits and single hyphens', () => {
    expect(labelText('score', 'My samples, 50 %')).toBe('score-my-samples-50');
  });

  test('withoutEmptyColumns drops what is a dash in every row', () => {
    const table = {
      title: '',
      header: ['a', 'b', 'c'],
      rows: [
        ['x', '–', '1'],
        ['y', '–', '–'],
      ],
    }; // prettier
    expect(withoutEmptyColumns(table)).toMatchObject({
      header: ['a', 'c'],
      rows: [
        ['x', '1'],
        ['y', '–'],
      ],
    });
  });
});

describe('latexText', () => {
  test.each([
    ['calibrated ℓ₂ < 1', String.raw`calibrated $\ell$$_{2}$ \textless{} 1`],
    [
      'α ≈ β, Ωᵀ, ∂ₓL², 10⁻⁵',
      String.raw`$\alpha$ $\approx$ $\beta$, $\Omega$$^{T}$, $\partial$$_{x}$L$^{2}$, 10$^{-}$$^{5}$`,
    ],
    [
      'Fréchet, naïve, Bińkowski, x̂, Straße',
      String.raw`Fr\'{e}chet, na\"{\i}ve, Bi\'{n}kowski, \^{x}, Stra\ss{}e`,
    ],
    ['a|b "c" ﬁne ½', String.raw`a\textbar{}b ''c'' fine 1/2`],
    ['模 😀 ą', String.raw`\textbackslash{}u\{6a21\} \textbackslash{}u\{1f600\} \textbackslash{}u\{105\}`],
  ])('sets %j in ASCII, with the look it has where LaTeX knows it', (text, set) => {
    expect(latexText(text)).toBe(set);
  });

  test('sets every label, title and formula of the catalogs without writing a sign as its number', () => {
    const texts = [
      ...METRICS.flatMap(({ title, results }) => [title, ...results.map(({ label }) => label)]),
      ...AGGREGATION_FAMILIES.map(({ formula }) => formula),
    ];
    for (const text of texts) {
      expect(latexText(text)).toMatch(/^[ -~]*$/);
      expect(latexText(text)).not.toContain('textbackslash');
    }
  });
});

describe('the tables of a score', () => {
  test('scoreTextTable puts the interval of an asymptotic value beside it, and what all rows share into its title and notes', () => {
    expect(markdownTable(scoreTextTable(exampleReport))).toBe(
      `**FID, IS and CMMD of b> (1,500 images) against photos (10,000 images)**

| metric | value | asymptotic value (95 % interval) | n (reference) | n (generated) | encoder |
|---|---|---|---|---|---|
| FID ↓ | 18.12 ± 0.31 | 15.92 (15.30 to 16.54) | 10,000 | 1,500 | inception-v3-fid |
| IS ↑ | 9.33 (sd 0.12) | – | – | 1,500 | demo-inception |
| CMMD ↓ | – | – | 10,000 | 1 | inception-v3-fid |

↓: lower is better, ↑: higher is better. ±: standard error of the value. sd: standard deviation of IS over 10 splits, not its standard error. Asymptotic values are estimates for n → ∞, bias removed, with intervals by a jackknife of 20 groups of images (FID). Embeddings of inception-v3-fid and demo-inception (demo encoder: not comparable with published values).
`,
    );
  });

  test('an interval of the value has a column of its own', () => {
    const [fid] = exampleReport.results;
    const of = (whose: 'value' | 'limit') =>
      scoreTextTable({
        ...exampleReport,
        results: [{ ...fid!, interval: { ...fid!.interval!, of: whose } }],
      }).header;
    expect(of('value')).toContain('95 % interval of the value');
    expect(of('limit')).toContain('asymptotic value (95 % interval)');
  });

  test('scorePage says that an interval is of the bias-corrected estimate, and by what', () => {
    const written = scorePage(exampleReport);
    expect(written).toContain('<td data-label="interval" class="number">15.92 (15.30 to 16.54)</td>');
    expect(written).toContain(
      'As n → ∞: the bias-corrected estimate with its 95 % interval, which need not hold the value at this n. FID by jackknife of 20 groups.',
    );
  });
});

describe('the table of a study', () => {
  test('studyTable says by what its limits are and for which images, with the n of all rows in its title', async () => {
    const { title, header, notes } = studyTable(await exampleStudy({ arms: ['one', 'two'] }));
    expect(title).toMatch(
      /^FID of one and two against photos: means at n = [\d,]+, asymptotic values \(n → ∞\)/,
    );
    expect(header).not.toContain('n');
    expect(notes).toContain(
      'Asymptotic values of FID: n → ∞ (jackknife of 20 groups; all images of the set).',
    );
  });
});
