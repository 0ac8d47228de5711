import { z } from 'zod';
import { parsedInParts } from '../../encoders/files/parsed-in-parts.js';
import { countText, numberText, settingText } from '../../numerics/number-text.js';
import { Html, html } from '../page/html.js';
import { figureFilesHtml } from '../page/report-page.js';
import { RULE_TEXT } from './column-scores.js';
import { mapColors } from './map-colors.js';

/** A picture that a page may show: data, never an address. */
export const pictureSchema = z.string().regex(/^data:image\/(png|webp);base64,[A-Za-z0-9+/]+=*$/);

const gridSchema = z.strictObject({
  rows: z.enum(['settings', 'times']),
  scale: z.strictObject({ low: z.number(), high: z.number() }),
  sigma: z.number().min(0),
  /** the columns */
  images: z.array(z.strictObject({ id: z.string(), image: pictureSchema.nullable() })),
  lines: z.array(
    z.strictObject({
      name: z.string(),
      /** in the order of the columns; null: no such map */
      maps: z.array(z.strictObject({ raw: pictureSchema, smoothed: pictureSchema }).nullable()),
    }),
  ),
});

/** Maps of the same images under several settings, or at several times of sampling. */
export type MapGrid = z.infer<typeof gridSchema>;

/** `gallery.json`, `steadfid/gallery/1`. */
export const gallerySchema = z.strictObject({
  schema: z.literal('steadfid/gallery/1'),
  score: z.string(),
  images: z.int().min(1),
  threshold: z.number(),
  scale: z.strictObject({ low: z.number(), high: z.number() }),
  /** pixels of a map: of the Gaussian that smooths the maps shown; left out of files that hold raw maps alone */
  sigma: z.number().min(0).exactOptional(),
  entries: z.array(
    z.strictObject({
      id: z.string(),
      score: z.number(),
      rank: z.int().min(1),
      isKept: z.boolean(),
      image: pictureSchema.nullable(),
      map: pictureSchema.nullable(),
      smoothed: pictureSchema.nullable().exactOptional(),
    }),
  ),
  grids: z.array(gridSchema).exactOptional(),
});

/** The most and the least uncertain images with their maps, small enough to stand on a page: `gallery.json`. */
export type Gallery = z.infer<typeof gallerySchema>;

/** @throws z.ZodError naming every field that is not as it must be */
export function parsedGallery(json: unknown): Gallery {
  return parsedInParts(gallerySchema, json);
}

/** The gallery as it stands on a page, most uncertain first. */
export function galleryHtml({ score, images, threshold, scale, sigma, entries }: Gallery): Html {
  return html`<h2>The most and the least uncertain</h2>
<p class="soft">Sorted by <code>${score}</code>; ${entries.length} of ${countText(images)} images. Kept or dropped: ${RULE_TEXT}, threshold ${numberText(threshold)}.
Maps share one scale: ${colorScaleHtml(scale)}.${sigma === undefined ? '' : ` They are ${smoothingText(sigma)}`} ${figureFilesHtml('gallery')}</p>
<div class="tools" data-tools="gallery"></div>
<ol class="gallery" data-gallery="${score}">
${entries.map(
  ({
    id,
    score: value,
    rank,
    isKept,
    image,
    map,
    smoothed = null,
  }) => html`<li class="${isKept ? 'kept' : 'dropped'}" data-id="${id}" data-rank="${rank}">
<span class="pictures">${pictureHtml(image, `image ${id}`)}${mapHtml(id, map, smoothed)}</span>
<span class="mono">${id}</span><span class="soft">${numberText(value)}, rank ${countText(rank)}</span><span class="${isKept ? 'soft' : 'mark'}">${isKept ? 'kept' : 'dropped'}</span>
</li>
`,
)}</ol>
`;
}

/** What is shown of a grid's maps. */
const KINDS = ['smoothed', 'raw'] as const;

/** Rows of maps, each below its setting or time: smoothed on one side, raw on the other. */
export function mapGridHtml({ rows, scale, sigma, images, lines }: MapGrid): Html {
  const heads = images.some(({ image }) => image !== null)
    ? html`<p class="pictures">${images.map(({ id, image }) => cellHtml(image, `image ${id}`))}</p>`
    : '';
  return html`<h2>${rows === 'settings' ? 'Maps by setting' : 'Maps by time of sampling'}</h2>
<p class="soft">The same ${countText(images.length)} images in every row; one scale for all: ${colorScaleHtml(scale)}, quantiles of the smoothed maps. Smoothed by a Gaussian of σ = ${settingText(sigma)} px.</p>
<div class="samples">${KINDS.map(
    (kind) => html`<div><h3>${kind}</h3>
${heads}${lines.map(
  ({ name, maps }) => html`<h3>${name}</h3>
<p class="pictures">${maps.map((map, i) => cellHtml(map === null ? null : map[kind], `${kind} map of ${images[i]!.id}, ${name}`))}</p>
`,
)}</div>
`,
  )}</div>
`;
}

/** A picture, or the room of one. */
function cellHtml(picture: string | null, name: string): Html {
  return picture === null ? html`<span></span>` : pictureHtml(picture, name);
}

/** A smoothed map, and over it the raw one while a pointer is there. */
function mapHtml(id: string, map: string | null, smoothed: string | null): Html {
  const raw = pictureHtml(map, `uncertainty map of ${id}`);
  return smoothed === null
    ? raw
    : html`<span class="peek">${pictureHtml(smoothed, `smoothed uncertainty map of ${id}`)}${raw}</span>`;
}

export function smoothingText(sigma: number): string {
  return `smoothed (Gaussian, σ = ${settingText(sigma)} px); the raw map shows while the pointer is on one.`;
}

/** A scale of maps with the values at its ends. */
export function colorScaleHtml({ low, high }: Gallery['scale']): Html {
  return html`${numberText(low)} ${colorBar()} ${numberText(high)}`;
}

/** The colors of maps from low to high. */
function colorBar(): Html {
  const steps = 20;
  const colors = mapColors(
    Array.from({ length: steps }, (_, i) => i),
    { low: 0, high: steps - 1 },
  );
  return html`<svg class="bar" viewBox="0 0 ${steps} 2" role="img" aria-label="dark is low, bright is high">${Array.from(
    { length: steps },
    (_, i) =>
      html`<path d="M${i},0h1.1v2h-1.1z" fill="rgb(${[...colors.slice(3 * i, 3 * i + 3)].join(',')})"/>`,
  )}</svg>`;
}

export function pictureHtml(source: string | null, name: string, first: 'shown' | 'hidden' = 'shown'): Html {
  if (source === null) return new Html('');
  return html`<img src="${source}" alt="${name}" width="96" height="96"${first === 'hidden' ? html` hidden` : ''}>`;
}

/** Pictures of a row that are shown at once; a button of the page draws others. */
const SHOWN = 16;

/** Two rows of pictures side by side, each below its title. */
export function pictureSidesHtml(
  sides: readonly {
    readonly title: string;
    /** what its images are called */
    readonly role: string;
    readonly images: readonly {
      readonly id: string;
      readonly picture: string;
      readonly map?: { readonly raw: string; readonly smoothed: string } | null;
    }[];
  }[],
  shown = SHOWN,
): Html {
  return html`<div class="samples" data-shown="${shown}">${sides.map(
    ({ title, role, images }) => html`<div data-model="${role}">
<h3>${title}</h3>
<p class="pictures">${images.map(({ id, picture, map = null }, i) => {
      const first = i < shown ? 'shown' : 'hidden';
      const name = `${role} ${id}`;
      if (map === null) return pictureHtml(picture, name, first);
      return html`<span class="stack"${first === 'hidden' ? html` hidden` : ''}>${pictureHtml(picture, name)}${mapHtml(id, map.raw, map.smoothed)}</span>`;
    })}</p>
</div>
`,
  )}</div>
`;
}
