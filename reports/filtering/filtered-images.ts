import { z } from 'zod';
import { parsedInParts } from '../../encoders/files/parsed-in-parts.js';
import { countText } from '../../numerics/number-text.js';
import { type Html, html } from '../page/html.js';
import { pictureSchema, pictureSidesHtml } from '../uncertainty/gallery.js';

const images = z.strictObject({
  /** how many there are in all */
  of: z.int().min(0),
  drawn: z.array(z.strictObject({ id: z.string(), picture: pictureSchema })),
});

/** `filtered-images.json`, `steadfid/filtered-images/1`. */
export const filteredImagesSchema = z.strictObject({
  schema: z.literal('steadfid/filtered-images/1'),
  /** for each score, in the order of the report */
  filters: z.array(z.strictObject({ score: z.string(), dropped: images, kept: images })),
});

/** Random images that a filter dropped and kept, small enough to stand on a page: `filtered-images.json`. */
export type FilteredImages = z.infer<typeof filteredImagesSchema>;

/** @throws z.ZodError naming every field that is not as it must be */
export function parsedFilteredImages(json: unknown): FilteredImages {
  return parsedInParts(filteredImagesSchema, json);
}

/** Images of a side that are shown at once. */
const SHOWN = 12;

/** Dropped and kept images of the first filter. */
export function filteredImagesHtml({ filters }: FilteredImages): Html {
  const side = (role: string, { of, drawn }: FilteredImages['filters'][number]['kept']) => ({
    title: `${role}: ${countText(Math.min(SHOWN, drawn.length))} of ${countText(of)}, drawn at random`,
    role,
    images: drawn,
  });
  return html`<div><h2>Dropped and kept images</h2>
${filters.slice(0, 1).map(
  ({ score, dropped, kept }) => html`${
    filters.length > 1 ? html`<p class="soft">by <code>${score}</code></p>` : ''
  }
${pictureSidesHtml([side('dropped', dropped), side('kept', kept)], SHOWN)}`,
)}</div>`;
}
