/** Authors as BibTeX writes them, title and year of one paper. */
interface Paper {
  readonly authors: string;
  readonly title: string;
  readonly year: number;
}

/** By arXiv number: the papers that the metrics' records name, and those that a method rests on. */
const PAPERS: Readonly<Record<string, Paper>> = {
  '1706.08500': {
    authors:
      'Heusel, Martin and Ramsauer, Hubert and Unterthiner, Thomas and Nessler, Bernhard and Hochreiter, Sepp',
    title: '{GANs} Trained by a Two Time-Scale Update Rule Converge to a Local {Nash} Equilibrium',
    year: 2017,
  },
  '1606.03498': {
    authors:
      'Salimans, Tim and Goodfellow, Ian and Zaremba, Wojciech and Cheung, Vicki and Radford, Alec and Chen, Xi',
    title: 'Improved Techniques for Training {GANs}',
    year: 2016,
  },
  '1801.01401': {
    authors: "Bi{\\'n}kowski, Miko{\\l}aj and Sutherland, Danica J. and Arbel, Michael and Gretton, Arthur",
    title: 'Demystifying {MMD} {GANs}',
    year: 2018,
  },
  '2401.09603': {
    authors:
      'Jayasumana, Sadeep and Ramalingam, Srikumar and Veit, Andreas and Glasner, Daniel and Chakrabarti, Ayan and Kumar, Sanjiv',
    title: 'Rethinking {FID}: Towards a Better Evaluation Metric for Image Generation',
    year: 2024,
  },
  '1904.06991': {
    authors:
      'Kynk{\\"a}{\\"a}nniemi, Tuomas and Karras, Tero and Laine, Samuli and Lehtinen, Jaakko and Aila, Timo',
    title: 'Improved Precision and Recall Metric for Assessing Generative Models',
    year: 2019,
  },
  '2203.06026': {
    authors:
      'Kynk{\\"a}{\\"a}nniemi, Tuomas and Karras, Tero and Aittala, Miika and Aila, Timo and Lehtinen, Jaakko',
    title: "The Role of {ImageNet} Classes in {Fr\\'echet} Inception Distance",
    year: 2023,
  },
  '2002.09797': {
    authors: 'Naeem, Muhammad Ferjad and Oh, Seong Joon and Uh, Youngjung and Choi, Yunjey and Yoo, Jaejun',
    title: 'Reliable Fidelity and Diversity Metrics for Generative Models',
    year: 2020,
  },
  '2103.03841': {
    authors: 'Nash, Charlie and Menick, Jacob and Dieleman, Sander and Battaglia, Peter W.',
    title: 'Generating Images with Sparse Representations',
    year: 2021,
  },
  '2104.11222': {
    authors: 'Parmar, Gaurav and Zhang, Richard and Zhu, Jun-Yan',
    title: 'On Aliased Resizing and Surprising Subtleties in {GAN} Evaluation',
    year: 2022,
  },
  '2210.02410': {
    authors: 'Friedman, Dan and Dieng, Adji Bousso',
    title: 'The {Vendi} Score: A Diversity Evaluation Metric for Machine Learning',
    year: 2023,
  },
  '2102.08921': {
    authors: 'Alaa, Ahmed and van Breugel, Boris and Saveliev, Evgeny S. and van der Schaar, Mihaela',
    title:
      'How Faithful is your Synthetic Data? Sample-level Metrics for Evaluating and Auditing Generative Models',
    year: 2022,
  },
  '2306.04675': {
    authors:
      'Stein, George and Cresswell, Jesse C. and Hosseinzadeh, Rasa and Sui, Yi and Ross, Brendan Leigh and Villecroze, Valentin and Liu, Zhaoyan and Caterini, Anthony L. and Taylor, J. Eric T. and Loaiza-Ganem, Gabriel',
    title:
      'Exposing Flaws of Generative Model Evaluation Metrics and Their Unfair Treatment of Diffusion Models',
    year: 2023,
  },
  '1911.07023': {
    authors: 'Chong, Min Jin and Forsyth, David',
    title: 'Effectively Unbiased {FID} and Inception Score and Where to Find Them',
    year: 2020,
  },
  '2310.11142': {
    authors: 'Kou, Siqi and Gan, Lei and Wang, Dequan and Li, Chongxuan and Deng, Zhijie',
    title: '{BayesDiff}: Estimating Pixel-wise Uncertainty in Diffusion via {Bayesian} Inference',
    year: 2024,
  },
};

/** What a sample-size study reads limits from, and what uncertainty maps come from. */
export const LIMIT_PAPER = 'Chong and Forsyth 2020, arXiv:1911.07023';
export const MAP_PAPER = 'Kou et al. 2024, arXiv:2310.11142';

function entry(source: string): string {
  const eprint = /arXiv:(\d{4}\.\d{4,5})/.exec(source)?.[1];
  if (eprint === undefined) return `% ${source}`;
  const paper = PAPERS[eprint];
  // a paper that we cannot name in full is named by its number alone
  const fields =
    paper === undefined
      ? []
      : [`  author = {${paper.authors}},`, `  title = {${paper.title}},`, `  year = {${paper.year}},`];
  return [
    `@misc{arxiv-${eprint},`,
    ...fields,
    `  eprint = {${eprint}},`,
    '  archivePrefix = {arXiv}',
    '}',
  ].join('\n');
}

/**
 * BibTeX of sources as the metrics' records name them, each paper once.
 *
 * @example
 * bibtex(['arXiv:2605.06797']); // '@misc{arxiv-2605.06797,\n  eprint = {2605.06797},\n  archivePrefix = {arXiv}\n}\n'
 */
export function bibtex(sources: readonly string[]): string {
  return `${[...new Set(sources.map(entry))].join('\n\n')}\n`;
}
