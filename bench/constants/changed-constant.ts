import { type LoadHookContext, register } from 'node:module';
import { isMainThread } from 'node:worker_threads';

/** One named constant of the product, and what it is multiplied by. */
export interface ConstantChange {
  /** below the root, without its ending: `metrics/design/pairing` */
  readonly file: string;
  readonly name: string;
  readonly factor: number;
}

/** Where a child process finds its change, as JSON. */
export const CHANGE_VARIABLE = 'STEADFID_BENCH_CONSTANT';

/**
 * A load hook of Node that multiplies one constant of one module, so that the product needs no switch for it.
 *
 * @throws Error if the module has no such constant
 */
export async function load(
  url: string,
  context: LoadHookContext,
  next: (url: string, context: LoadHookContext) => Promise<{ source?: unknown }>,
): Promise<object> {
  const loaded = await next(url, context);
  const change: ConstantChange = JSON.parse(process.env[CHANGE_VARIABLE]!);
  if (!url.endsWith(`/dist/${change.file}.js`)) return loaded;
  const source = String(loaded.source);
  const pattern = new RegExp(`(const ${change.name} = )([^;]+);`);
  if (!pattern.test(source)) throw new Error(`${change.file} has no constant ${change.name}`);
  return { ...loaded, source: source.replace(pattern, `$1($2) * ${change.factor};`) };
}

// imported before a program (--import), it puts itself between; Node runs hooks in a thread of their own
if (isMainThread && process.env[CHANGE_VARIABLE] !== undefined) register(import.meta.url);
