import { z } from 'zod';
import { parsedInParts } from '../../encoders/files/parsed-in-parts.js';
import { countText } from '../../numerics/number-text.js';
import { type Html, html } from '../page/html.js';
import { colorScaleHtml, pictureSchema, pictureSidesHtml, smoothingText } from '../uncertainty/gallery.js';

const images = z.strictObject({
  /** how many there are in all */
  of: z.int().min(0),
  drawn: z.array(
    z.strictObject({
      id: z.string(),
      picture: pictureSchema,
      /** its uncertainty map; null: it has none; left out where maps are not known */
      map: z.strictObject({ raw: pictureSchema, smoothed: pictureSchema }).nullable().exactOptional(),
    }),
  ),
});

/** `filtered-images.json`, `steadfid/filtered-images/1`. */
export const filteredImagesSchema = z.strictObject({
  schema: z.literal('steadfid/filtered-images/1'),
  /** for each score, in the order of the report */
  filters: z.array(z.strictObject({ score: z.string(), dropped: images, kept: images })),
  /** the maps of the first filter's images, found beside them */
  maps: z
    .strictObject({
      source: z.string(),
      /** from the darkest to the brightest color: quantiles of the smoothed maps */
      scale: z.strictObject({ low: z.number(), high: z.number() }),
      /** pixels: of the Gaussian that smooths them */
      sigma: z.number().min(0),
    })
    .exactOptional(),
  /** why maps that were found are not shown */
  mapsLeftOut: z.string().exactOptional(),
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
export function filteredImagesHtml({ filters, maps, mapsLeftOut }: FilteredImages): Html {
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
)}${maps === undefined ? '' : mapsNote(maps)}${mapsLeftOut === undefined ? '' : html`<p class="soft">Maps left out: ${mapsLeftOut}</p>`}</div>`;
}

function mapsNote({ scale, sigma }: NonNullable<FilteredImages['maps']>): Html {
  return html`<p class="soft">Below each image its uncertainty map, ${colorScaleHtml(scale)}, ${smoothingText(sigma)}</p>`;
}
