import { z } from 'zod';
import { parsedInParts } from '../../encoders/files/parsed-in-parts.js';
import { type Html, html } from '../page/html.js';
import { pictureSchema, pictureSidesHtml } from '../uncertainty/gallery.js';

/** `samples.json`, `steadfid/samples/1`. */
export const samplesSchema = z.strictObject({
  schema: z.literal('steadfid/samples/1'),
  sets: z
    .array(
      z.strictObject({
        name: z.string(),
        images: z.array(z.strictObject({ id: z.string(), picture: pictureSchema })),
      }),
    )
    .describe('the reference first, then the models; sets without images are left out'),
});

/** Random images of several sets, small enough to stand on a page. */
export type Samples = z.infer<typeof samplesSchema>;

/** @throws z.ZodError naming every field that is not as it must be */
export function parsedSamples(json: unknown): Samples {
  return parsedInParts(samplesSchema, json);
}

/** A row of random images for each set. */
export function setSamplesHtml({ sets }: Samples): Html {
  return html`<h2>Images drawn at random</h2>
${sets.map(({ name, images }) => pictureSidesHtml([{ title: name, role: name, images }]))}`;
}
