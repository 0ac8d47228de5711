import { z } from 'zod';
import { parsedInParts } from '../../encoders/files/parsed-in-parts.js';
import { countText, numberText } from '../../numerics/number-text.js';
import { sheetFilesHtml } from '../page/figure-html.js';
import { Html, html } from '../page/html.js';
import { RULE_TEXT } from './column-scores.js';

/** A picture that a page may show: data, never an address. */
export const pictureSchema = z.string().regex(/^data:image\/png;base64,[A-Za-z0-9+/]+=*$/);

/** `gallery.json`, `steadfid/gallery/1`. */
export const gallerySchema = z.strictObject({
  schema: z.literal('steadfid/gallery/1'),
  score: z.string(),
  images: z.int().min(1),
  threshold: z.number(),
  scale: z.strictObject({ low: z.number(), high: z.number() }),
  entries: z.array(
    z.strictObject({
      id: z.string(),
      score: z.number(),
      rank: z.int().min(1),
      isKept: z.boolean(),
      image: pictureSchema.nullable(),
      map: pictureSchema.nullable(),
    }),
  ),
});

/** The most and the least uncertain images with their maps, small enough to stand on a page: `gallery.json`. */
export type Gallery = z.infer<typeof gallerySchema>;

/** @throws z.ZodError naming every field that is not as it must be */
export function parsedGallery(json: unknown): Gallery {
  return parsedInParts(gallerySchema, json);
}

/** The gallery as it stands on a page, most uncertain first. */
export function galleryHtml({ score, images, threshold, scale, entries }: Gallery): Html {
  return html`<h2>The most and the least uncertain</h2>
<p class="soft">Sorted by <code>${score}</code>, the most uncertain first; ${entries.length} of ${countText(images)} images. Maps share one scale, from
${numberText(scale.low)} (dark) to ${numberText(scale.high)} (bright). Kept or dropped: ${RULE_TEXT}, threshold ${numberText(threshold)}. ${sheetFilesHtml('gallery')}</p>
<ol class="gallery">
${entries.map(
  ({ id, score: value, rank, isKept, image, map }) => html`<li class="${isKept ? 'kept' : 'dropped'}">
<span class="pictures">${pictureHtml(image, `image ${id}`)}${pictureHtml(map, `uncertainty map of ${id}`)}</span>
<span class="mono">${id}</span><span class="soft">${numberText(value)}, rank ${countText(rank)}</span><span class="${isKept ? 'soft' : 'mark'}">${isKept ? 'kept' : 'dropped'}</span>
</li>
`,
)}</ol>
`;
}

export function pictureHtml(source: string | null, name: string): Html {
  return source === null ? new Html('') : html`<img src="${source}" alt="${name}" width="96" height="96">`;
}

/** Two rows of pictures side by side, each below its title. */
export function pictureSidesHtml(
  sides: readonly {
    readonly title: string;
    /** what its images are called */
    readonly role: string;
    readonly images: readonly { readonly id: string; readonly picture: string }[];
  }[],
): Html {
  return html`<div class="samples">${sides.map(
    ({ title, role, images }) => html`<div>
<h3>${title}</h3>
<p class="pictures">${images.map(({ id, picture }) => pictureHtml(picture, `${role} ${id}`))}</p>
</div>
`,
  )}</div>
`;
}
