/** Where a paper was published. */
interface Venue {
  readonly kind: 'inproceedings' | 'article';
  readonly name: string;
}

/** One paper; authors and pages as BibTeX writes them. */
interface Paper {
  readonly authors: string;
  readonly title: string;
  /** left out for what is on arXiv alone */
  readonly venue?: Venue;
  readonly volume?: string;
  readonly number?: string;
  readonly pages?: string;
  /** of the venue; without one, of the first version on arXiv */
  readonly year: number;
}

const NEURIPS: Venue = {
  kind: 'inproceedings',
  name: 'Advances in Neural Information Processing Systems',
};
const ICLR: Venue = {
  kind: 'inproceedings',
  name: 'International Conference on Learning Representations',
};
const ICML: Venue = { kind: 'inproceedings', name: 'International Conference on Machine Learning' };
const CVPR: Venue = {
  kind: 'inproceedings',
  name: 'IEEE/CVF Conference on Computer Vision and Pattern Recognition',
};
const TMLR: Venue = { kind: 'article', name: 'Transactions on Machine Learning Research' };

/** By arXiv number, or else as a text cites it: the papers that the metrics' records name, and those that a method rests on. */
const PAPERS: Readonly<Record<string, Paper>> = {
  '1706.08500': {
    authors:
      'Heusel, Martin and Ramsauer, Hubert and Unterthiner, Thomas and Nessler, Bernhard and Hochreiter, Sepp',
    title: '{GANs} Trained by a Two Time-Scale Update Rule Converge to a Local {Nash} Equilibrium',
    venue: NEURIPS,
    pages: '6626--6637',
    year: 2017,
  },
  '1606.03498': {
    authors:
      'Salimans, Tim and Goodfellow, Ian and Zaremba, Wojciech and Cheung, Vicki and Radford, Alec and Chen, Xi',
    title: 'Improved Techniques for Training {GANs}',
    venue: NEURIPS,
    year: 2016,
  },
  '1801.01401': {
    authors: "Bi{\\'n}kowski, Miko{\\l}aj and Sutherland, Danica J. and Arbel, Michael and Gretton, Arthur",
    title: 'Demystifying {MMD} {GANs}',
    venue: ICLR,
    year: 2018,
  },
  '2401.09603': {
    authors:
      'Jayasumana, Sadeep and Ramalingam, Srikumar and Veit, Andreas and Glasner, Daniel and Chakrabarti, Ayan and Kumar, Sanjiv',
    title: 'Rethinking {FID}: Towards a Better Evaluation Metric for Image Generation',
    venue: CVPR,
    year: 2024,
  },
  '2004.05675': {
    authors: 'Meehan, Casey and Chaudhuri, Kamalika and Dasgupta, Sanjoy',
    title: 'A Non-Parametric Test to Detect Data-Copying in Generative Models',
    venue: {
      kind: 'inproceedings',
      name: 'International Conference on Artificial Intelligence and Statistics',
    },
    year: 2020,
  },
  '2302.04440': {
    authors:
      'Jiralerspong, Marco and Bose, Avishek Joey and Gemp, Ian and Qin, Chongli and Bachrach, Yoram and Gidel, Gauthier',
    title: 'Feature Likelihood Divergence: Evaluating the Generalization of Generative Models Using Samples',
    venue: NEURIPS,
    year: 2023,
  },
  '2301.13188': {
    authors:
      'Carlini, Nicholas and Hayes, Jamie and Nasr, Milad and Jagielski, Matthew and Sehwag, Vikash and Tram{\\`e}r, Florian and Balle, Borja and Ippolito, Daphne and Wallace, Eric',
    title: 'Extracting Training Data from Diffusion Models',
    venue: { kind: 'inproceedings', name: 'USENIX Security Symposium' },
    year: 2023,
  },
  '1904.06991': {
    authors:
      'Kynk{\\"a}{\\"a}nniemi, Tuomas and Karras, Tero and Laine, Samuli and Lehtinen, Jaakko and Aila, Timo',
    title: 'Improved Precision and Recall Metric for Assessing Generative Models',
    venue: NEURIPS,
    year: 2019,
  },
  '2203.06026': {
    authors:
      'Kynk{\\"a}{\\"a}nniemi, Tuomas and Karras, Tero and Aittala, Miika and Aila, Timo and Lehtinen, Jaakko',
    title: "The Role of {ImageNet} Classes in {Fr\\'echet} Inception Distance",
    venue: ICLR,
    year: 2023,
  },
  '2002.09797': {
    authors: 'Naeem, Muhammad Ferjad and Oh, Seong Joon and Uh, Youngjung and Choi, Yunjey and Yoo, Jaejun',
    title: 'Reliable Fidelity and Diversity Metrics for Generative Models',
    venue: ICML,
    pages: '7176--7185',
    year: 2020,
  },
  '2103.03841': {
    authors: 'Nash, Charlie and Menick, Jacob and Dieleman, Sander and Battaglia, Peter W.',
    title: 'Generating Images with Sparse Representations',
    venue: ICML,
    year: 2021,
  },
  '2104.11222': {
    authors: 'Parmar, Gaurav and Zhang, Richard and Zhu, Jun-Yan',
    title: 'On Aliased Resizing and Surprising Subtleties in {GAN} Evaluation',
    venue: CVPR,
    pages: '11410--11420',
    year: 2022,
  },
  '2210.02410': {
    authors: 'Friedman, Dan and Dieng, Adji Bousso',
    title: 'The {Vendi} Score: A Diversity Evaluation Metric for Machine Learning',
    venue: TMLR,
    year: 2023,
  },
  '2102.08921': {
    authors: 'Alaa, Ahmed and van Breugel, Boris and Saveliev, Evgeny S. and van der Schaar, Mihaela',
    title:
      'How Faithful is your Synthetic Data? Sample-level Metrics for Evaluating and Auditing Generative Models',
    venue: ICML,
    pages: '290--306',
    year: 2022,
  },
  '2306.04675': {
    authors:
      'Stein, George and Cresswell, Jesse C. and Hosseinzadeh, Rasa and Sui, Yi and Ross, Brendan Leigh and Villecroze, Valentin and Liu, Zhaoyan and Caterini, Anthony L. and Taylor, J. Eric T. and Loaiza-Ganem, Gabriel',
    title:
      'Exposing Flaws of Generative Model Evaluation Metrics and Their Unfair Treatment of Diffusion Models',
    venue: NEURIPS,
    year: 2023,
  },
  '1911.07023': {
    authors: 'Chong, Min Jin and Forsyth, David',
    title: 'Effectively Unbiased {FID} and Inception Score and Where to Find Them',
    venue: CVPR,
    pages: '6070--6079',
    year: 2020,
  },
  '2310.11142': {
    authors: 'Kou, Siqi and Gan, Lei and Wang, Dequan and Li, Chongxuan and Deng, Zhijie',
    title: '{BayesDiff}: Estimating Pixel-wise Uncertainty in Diffusion via {Bayesian} Inference',
    venue: ICLR,
    year: 2024,
  },
  '2605.06797': {
    authors:
      "Berthet, Quentin and Wu, Yu-Han and Crepy, Cl{\\'e}ment and Elie, Romuald and Greff, Klaus and Sander, Michael E.",
    title: '{MIND}: {Monge} Inception Distance for Generative Models Evaluation',
    year: 2026,
  },
  'Holm 1979': {
    authors: 'Holm, Sture',
    title: 'A Simple Sequentially Rejective Multiple Test Procedure',
    venue: { kind: 'article', name: 'Scandinavian Journal of Statistics' },
    volume: '6',
    number: '2',
    pages: '65--70',
    year: 1979,
  },
  'Miller 1968': {
    authors: 'Miller, Rupert G.',
    title: 'Jackknifing Variances',
    venue: { kind: 'article', name: 'The Annals of Mathematical Statistics' },
    volume: '39',
    number: '2',
    pages: '567--582',
    year: 1968,
  },
  'Mogstad et al. 2024': {
    authors: 'Mogstad, Magne and Romano, Joseph P. and Shaikh, Azeem M. and Wilhelm, Daniel',
    title:
      'Inference for Ranks with Applications to Mobility across Neighbo{u}rhoods and Academic Achievement across Countries',
    venue: { kind: 'article', name: 'The Review of Economic Studies' },
    volume: '91',
    number: '1',
    pages: '476--518',
    year: 2024,
  },
};

/** What a sample-size study reads limits from, and what uncertainty maps come from. */
export const LIMIT_PAPER = 'Chong and Forsyth 2020, arXiv:1911.07023';
export const MAP_PAPER = 'Kou et al. 2024, arXiv:2310.11142';
/** Of adjusted p values, of errors of a spread, and of ranks. */
export const HOLM_PAPER = 'Holm 1979';
export const SPREAD_PAPER = 'Miller 1968';
export const RANK_PAPER = 'Mogstad et al. 2024';

function eprintOf(source: string): string | undefined {
  return /arXiv:(\d{4}\.\d{4,5})/.exec(source)?.[1];
}

/** What a source is cited by; null where `bibtex` has only a remark on it. */
export function citationKey(source: string): string | null {
  const eprint = eprintOf(source);
  if (eprint !== undefined) return `arxiv-${eprint}`;
  return source in PAPERS ? source.toLowerCase().replace(/[^a-z0-9]+/g, '-') : null;
}

/**
 * A source as a sentence cites it, with the space before it; nothing where there is no paper to cite.
 *
 * @example
 * citation('Heusel et al. 2017, arXiv:1706.08500'); // ' (Heusel et al. 2017)'
 */
export function citation(source: string): string {
  return citationKey(source) === null ? '' : ` (${source.replace(/, arXiv:.*$/, '')})`;
}

function entry(source: string): string {
  const key = citationKey(source);
  if (key === null) return `% ${source}`;
  const eprint = eprintOf(source);
  const paper = PAPERS[eprint ?? source];
  // a paper that we cannot name in full is named by its number alone
  const fields = [
    ...(paper === undefined ? [] : fieldsOf(paper)),
    ...(eprint === undefined ? [] : [`eprint = {${eprint}},`, 'archivePrefix = {arXiv},']),
  ].join('\n  ');
  return [`@${paper?.venue?.kind ?? 'misc'}{${key},`, `  ${fields.replace(/,$/, '')}`, '}'].join('\n');
}

function fieldsOf({ authors, title, venue, volume, number, pages, year }: Paper): readonly string[] {
  return [
    `author = {${authors}},`,
    `title = {${title}},`,
    ...(venue === undefined
      ? []
      : [`${venue.kind === 'article' ? 'journal' : 'booktitle'} = {${venue.name}},`]),
    ...(volume === undefined ? [] : [`volume = {${volume}},`]),
    ...(number === undefined ? [] : [`number = {${number}},`]),
    ...(pages === undefined ? [] : [`pages = {${pages}},`]),
    `year = {${year}},`,
  ];
}

/**
 * BibTeX of sources as the metrics' records name them, each paper once.
 *
 * @example
 * bibtex(['arXiv:2006.06676']); // '@misc{arxiv-2006.06676,\n  eprint = {2006.06676},\n  archivePrefix = {arXiv}\n}\n'
 */
export function bibtex(sources: readonly string[]): string {
  return `${[...new Set(sources.map(entry))].join('\n\n')}\n`;
}
