import { z } from 'zod';
import { parsedInParts } from '../../encoders/files/parsed-in-parts.js';
import { metricLabel } from '../../metrics/metric-catalog.js';
import { countText, errorText, numberText } from '../../numerics/number-text.js';
import { type Html, html } from '../page/html.js';
import { figureFilesHtml } from '../page/report-page.js';
import { pictureHtml, pictureSchema, pictureSidesHtml } from '../uncertainty/gallery.js';

const shown = z.strictObject({ id: z.string(), picture: pictureSchema });
const pair = z.strictObject({
  generated: shown,
  reference: shown,
  distance: z.number().min(0),
});

const influence = z.strictObject({ ...shown.shape, effect: z.number() });

/** `neighbors.json`, `steadfid/neighbors/1`. */
export const neighborsSchema = z.strictObject({
  schema: z.literal('steadfid/neighbors/1'),
  encoder: z.strictObject({ id: z.string(), origin: z.enum(['official', 'demo', 'custom', 'unknown']) }),
  /** how many of each side were looked at, of how many */
  generated: z.strictObject({ compared: z.int().min(1), of: z.int().min(1) }),
  reference: z.strictObject({ compared: z.int().min(1), of: z.int().min(1) }),
  /** generated images with their nearest reference image, nearest first */
  nearest: z.array(pair),
  /** the same, farthest first */
  farthest: z.array(pair),
  /** reference images that no generated one is near to, with the nearest of those, farthest first */
  missed: z.array(pair),
  /** generated images on which a value depends most, the strongest first; left out of files made before there were such */
  influential: z
    .array(z.strictObject({ metric: z.string(), raising: z.array(influence), lowering: z.array(influence) }))
    .exactOptional(),
  /** images drawn at random, the same for the same seed; left out of files that were made before they were drawn */
  samples: z.strictObject({ generated: z.array(shown), reference: z.array(shown) }).exactOptional(),
});

/** Pairs of nearest images of the two sides, small enough to stand on a page: `neighbors.json`. */
export type Neighbors = z.infer<typeof neighborsSchema>;

/** @throws z.ZodError naming every field that is not as it must be */
export function parsedNeighbors(json: unknown): Neighbors {
  return parsedInParts(neighborsSchema, json);
}

/** The sheets of pairs, in their order. */
export const NEIGHBOR_SHEETS = [
  {
    kind: 'nearest',
    title: 'Generated images nearest to a reference image',
    text: 'Check these for memorized images.',
  },
  {
    kind: 'farthest',
    title: 'Generated images farthest from every reference image',
    text: 'What the reference has nothing like.',
  },
  {
    kind: 'missed',
    title: 'Reference images farthest from every generated image',
    text: 'What the generated set has nothing like.',
  },
] as const;

/** Random images of both sets, side by side; of more than are shown, a button draws others. */
export function samplesHtml({ reference, generated }: NonNullable<Neighbors['samples']>): Html {
  return html`<h2>Images drawn at random</h2>
${pictureSidesHtml([
  { title: 'reference', role: 'reference', images: reference },
  { title: 'generated', role: 'generated', images: generated },
])}`;
}

const SIGNS = [
  {
    kind: 'raising',
    title: 'raise',
    text: 'Without one of these images the value would be lower by as much as stands below it.',
  },
  {
    kind: 'lowering',
    title: 'lower',
    text: 'Without one of these images the value would be higher by as much as stands below it.',
  },
] as const;

/** The images that drive each distance, as strips. */
export function influentialHtml({ influential = [] }: Neighbors): Html {
  const shown = influential.filter(({ raising, lowering }) => raising.length + lowering.length > 0);
  if (shown.length === 0) return html``;
  return html`<h2>What drives the distance</h2>
${shown.map(
  (
    one,
    i,
  ) => html`<details class="sheet"${i === 0 ? html` open` : ''}><summary>${`Generated images that ${SIGNS.filter(
    ({ kind }) => one[kind].length > 0,
  )
    .map(({ title }) => title)
    .join(' or ')} ${metricLabel(one.metric)} most`}</summary>
${SIGNS.filter(({ kind }) => one[kind].length > 0).map(
  ({ kind, text }) => html`<p class="soft">${text}</p>
<ol class="gallery strip">
${one[kind].map(
  ({ id, picture, effect }) => html`<li>
<span class="pictures">${pictureHtml(picture, `generated ${id}`)}</span>
<span class="mono">${id}</span><span class="soft">${signedText(effect)}</span>
</li>
`,
)}</ol>
`,
)}</details>
`,
)}`;
}

function signedText(effect: number): string {
  return `${effect < 0 ? '−' : '+'}${errorText(Math.abs(effect))}`;
}

/** The pairs as they stand on a page, generated left, reference right. */
export function neighborsHtml(neighbors: Neighbors): Html {
  const { encoder, generated, reference } = neighbors;
  return html`<h2>Nearest neighbors</h2>
<p class="soft">Each pair: generated left, reference right, and the Euclidean distance of their embeddings by <code>${encoder.id}</code>. Looked at: ${sideText('generated', generated)}, ${sideText('reference', reference)}. ${figureFilesHtml('neighbors')}</p>
${NEIGHBOR_SHEETS.filter(({ kind }) => neighbors[kind].length > 0).map(
  ({ kind, title, text }) => html`<details class="sheet"><summary>${title}</summary>
<p class="soft">${text}</p>
<ol class="gallery">
${neighbors[kind].map(
  (one) => html`<li>
<span class="pictures">${pictureHtml(one.generated.picture, `generated ${one.generated.id}`)}${pictureHtml(one.reference.picture, `reference ${one.reference.id}`)}</span>
<span class="mono">${one.generated.id}</span><span class="mono">${one.reference.id}</span><span class="soft">distance ${numberText(one.distance)}</span>
</li>
`,
)}</ol>
</details>
`,
)}`;
}

function sideText(
  name: string,
  { compared, of }: { readonly compared: number; readonly of: number },
): string {
  return compared === of
    ? `all ${countText(of)} ${name} images`
    : `${countText(compared)} of ${countText(of)} ${name} images`;
}
