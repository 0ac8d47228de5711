import type { Checkpoint } from '../../encoders/checkpoints/checkpoint.js';

/** `ema` between dots or underscores: not `schema.` or `remat.` */
const AVERAGE = /(^|[._])ema([._]|$)/i;

/**
 * What stands before a network's tensors in a file that holds it several times: as it was trained and, last in a list or
 * under a name with `ema` as a word (`model_ema.`), the moving average of its weights, which samples are drawn with.
 *
 * @param anchor  a tensor that every such network has
 * @returns the one prefix if the file holds the network once; undefined if not at all, or several times without saying which is the average
 */
export function averagedPrefix(
  { tensors }: Checkpoint,
  anchor: string,
): { readonly prefix: string | undefined; readonly assumptions: readonly string[] } {
  const prefixes = [...tensors.keys()]
    .filter((name) => name === anchor || name.endsWith(`.${anchor}`))
    .map((name) => name.slice(0, -anchor.length));
  if (prefixes.length < 2) return { prefix: prefixes[0], assumptions: [] };
  const named = prefixes.filter((prefix) => AVERAGE.test(prefix));
  const listed = prefixes
    .filter((prefix) => /^\d+\./.test(prefix))
    .sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10));
  const prefix = named.at(-1) ?? listed.at(-1);
  if (prefix === undefined) return { prefix, assumptions: [] };
  return {
    prefix,
    assumptions: [
      `The file holds the network ${prefixes.length} times; ${named.length > 0 ? prefix.slice(0, -1) : `the last, list entry ${Number.parseInt(prefix, 10)},`} was taken as the moving average of its weights.`,
    ],
  };
}
