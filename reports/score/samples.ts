import { z } from 'zod';
import { parsedInParts } from '../../encoders/files/parsed-in-parts.js';
import { countText } from '../../numerics/number-text.js';
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

/** Sets whose images are shown at once; those of the others are folded. */
const SHOWN_SETS = 5;

/**
 * A row of random images for each set, the reference first, then in the order given; of many the others folded.
 *
 * @param said  of a set, beside its name
 */
export function setSamplesHtml(
  { sets }: Samples,
  { order, said }: { readonly order: readonly string[]; readonly said: ReadonlyMap<string, string> },
): Html {
  const titleOf = (name: string) => (said.has(name) ? `${name} (${said.get(name)})` : name);
  const rows = (some: Samples['sets']) =>
    html`<div class="rows">${pictureSidesHtml(some.map(({ name, images }) => ({ title: titleOf(name), role: name, images })))}</div>`;
  const place = ({ name }: Samples['sets'][number]) => order.indexOf(name); // the reference is none of them: first
  const isMany = sets.length > SHOWN_SETS + 1;
  const sorted = [...sets].sort((a, b) => place(a) - place(b));
  const [shown, folded] = isMany ? [sorted.slice(0, SHOWN_SETS), sorted.slice(SHOWN_SETS)] : [sorted, []];
  return html`<h2>Images drawn at random</h2>
${rows(shown)}${
  folded.length === 0
    ? ''
    : html`<details class="sheet"><summary>${countText(folded.length)} more sets</summary>
${rows(folded)}</details>`
}`;
}
