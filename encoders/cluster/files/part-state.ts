import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ZodType } from 'zod';
import { defined } from '../../../defined.js';
import { InputError, OptionError, ProvenanceError } from '../../../errors.js';
import { checkedJson } from '../../files/checked-json.js';
import { parsedJson } from '../../files/json-text.js';
import { type Npz, openNpz } from '../../files/npz.js';
import { readTextFile } from '../../files/regular-file.js';
import type { WholeFileOptions } from '../../files/whole-file.js';
import { openZip } from '../../files/zip-archive.js';
import { type Provenance, parsedProvenance } from '../../provenance.js';
import { type CommandPlan, type EncodingPlan, isAsWritten, type Plan, partFile } from '../plan.js';
import type { Run } from './run-folder.js';

/** What there is of a unit's part. */
export type PartState =
  | { readonly kind: 'missing' }
  | { readonly kind: 'invalid'; readonly reason: string }
  | {
      readonly kind: 'valid';
      readonly path: string;
      /** where a network ran, if not on a CPU */
      readonly device: string | undefined;
      /** of a part of embeddings or moments */
      readonly provenance: Provenance | null;
    };

/** Whether a unit is done: its part is there, whole, and says that it is of this unit of this plan. */
export async function partState({ folder, plan }: Run, index: number): Promise<PartState> {
  const path = join(folder, partFile(plan, index));
  if ((await stat(path).catch(() => undefined)) === undefined) return { kind: 'missing' };
  try {
    if (path.endsWith('.npz')) return await embeddedState(path, plan, index);
    const part = path.endsWith('.json')
      ? await readPartJson(path)
      : await readZipText(path, PART_FACTS).then((text) => parsedPart(text, path));
    const unlike = firstUnlike([
      ['plan', part.plan, plan.digest],
      ['unit', part.unit, index],
    ]);
    if (unlike !== undefined) return { kind: 'invalid', reason: `${path}: ${unlike}` };
    return { kind: 'valid', path, device: part.device, provenance: null };
  } catch (error) {
    return invalidState(error);
  }
}

/** The same of a part whose every byte was read: what a zip holds is otherwise known by its directory alone. */
async function readPartState(run: Run, index: number): Promise<PartState> {
  const state = await partState(run, index);
  if (state.kind !== 'valid' || state.path.endsWith('.json')) return state; // JSON is read whole in any case
  try {
    await requireIntactZip(state.path);
    return state;
  } catch (error) {
    return invalidState(error);
  }
}

async function requireIntactZip(path: string): Promise<void> {
  const zip = await openZip(path);
  try {
    for (const entry of zip.entries) for await (const _ of zip.chunks(entry)); // the CRC-32 is checked at the end
  } finally {
    await zip.close();
  }
}

function invalidState(error: unknown): PartState {
  if (!(error instanceof InputError)) throw error;
  return { kind: 'invalid', reason: whyInvalid(error) };
}

/** What an error says of a part, without what to do about files in general. */
export function whyInvalid({ message, details: { help = '' } }: InputError): string {
  return message.slice(0, message.length - help.length).trimEnd();
}

async function embeddedState(path: string, plan: Plan, index: number): Promise<PartState> {
  let npz: Npz | undefined;
  try {
    npz = await openNpz(path);
    const provenance = await parsedProvenance(await npz.text('provenance.json'), path);
    const keep = plan.job === 'encode' ? plan.keep : 'embeddings';
    const arrays = keep === 'moments' ? ['mu', 'sigma', 'n'] : ['embeddings'];
    if (keep === 'both') arrays.push('mu', 'sigma', 'n');
    const absent = arrays.filter((name) => !npz!.arrays.includes(name));
    const unlike = firstUnlike([
      ['version', provenance.version, plan.version],
      ['number of units', provenance.shards?.count, plan.units.length],
      ['unit', provenance.shards?.indices.join(), `${index + 1}`],
      ...(plan.job === 'encode' ? encodingFacts(provenance, plan, index) : commandFacts(provenance, plan)),
    ]);
    if (absent.length === 0 && unlike === undefined)
      return { kind: 'valid', path, device: provenance.device, provenance };
    return { kind: 'invalid', reason: `${path}: ${unlike ?? `lacks ${absent.join(', ')}`}` };
  } finally {
    await npz?.close();
  }
}

type Fact = readonly [what: string, theirs: unknown, ours: unknown];

function encodingFacts(part: Provenance, plan: EncodingPlan, index: number): readonly Fact[] {
  const { encoder, units } = plan;
  return [
    ['encoder', part.encoder.id, encoder.id],
    ['SHA-256 of the encoder', part.encoder.sha256, encoder.sha256],
    ['preprocessing', part.encoder.preprocessing, encoder.preprocessing],
    ['decoding', part.decoding, `orientation ${plan.orientation}`],
    ['list of images', part.shards?.ids, plan.ids],
    ['images', part.n + part.skipped.length, units[index]!.n],
  ];
}

/** A set that is encoded for a command is a part of that command's plan alone: whoever else reads it is told that it is no whole set. */
function commandFacts(part: Provenance, plan: CommandPlan): readonly Fact[] {
  return [['plan', part.shards?.ids, plan.digest]];
}

/** What a part says of itself that its plan does not say of it. */
function firstUnlike(facts: readonly Fact[]): string | undefined {
  const [what, theirs, ours] = facts.find(([, first, second]) => first !== second) ?? [];
  return what === undefined ? undefined : `${what} must be ${ours}; got ${theirs ?? 'none'}`;
}

/** The entry of a zip that says what it is a part of. */
export const PART_FACTS = 'part.json';
const LARGEST_PART_BYTES = 2 ** 30;

/** What a part of a command says of itself, and holds. */
export interface PartFacts {
  readonly schema: 'steadfid/part/1';
  readonly plan: string;
  readonly unit: number;
  readonly device?: string | undefined;
  readonly values: unknown;
  readonly digest: string;
}

const HELP = 'Remove it and run its task again.';

/**
 * A part of a command; what it holds is left to the command.
 *
 * @param where  the file, for the error
 * @throws InputError UNREADABLE_FILE if it is no part, or not as it was written
 */
export async function parsedPart(text: string, where: string): Promise<PartFacts> {
  const { z } = await import('zod');
  const schema = z.strictObject({
    schema: z.literal('steadfid/part/1'),
    plan: z.string(),
    unit: z.int().min(0),
    device: z.string().optional(),
    values: z.unknown(),
    digest: z.string(),
  });
  const value = parsedJson(text, { where, help: HELP });
  const part = checkedJson(schema, value, { where, help: HELP });
  if (isAsWritten(value as PartFacts)) return part;
  throw new InputError('UNREADABLE_FILE', {
    where,
    expected: 'must be a part as a task of steadfid wrote it; it was changed',
    help: HELP,
  });
}

async function readPartJson(path: string): Promise<PartFacts> {
  return parsedPart(await readTextFile(path, LARGEST_PART_BYTES), path);
}

async function readZipText(path: string, name: string): Promise<string> {
  const zip = await openZip(path);
  try {
    const entry = zip.entries.find((found) => found.name === name);
    return entry === undefined ? '' : Buffer.from(await zip.read(entry)).toString();
  } finally {
    await zip.close();
  }
}

/**
 * What a unit's task computed.
 *
 * @throws InputError MISSING_SOURCE if its part is not there yet: its task may be done later, on another machine
 * @throws InputError UNREADABLE_FILE if it is damaged, by the CRC-32 of every byte, or of something else
 */
export async function readyPart(run: Run, index: number): Promise<string> {
  const state = await readPartState(run, index);
  if (state.kind === 'valid') return state.path;
  if (state.kind === 'invalid') throw invalidPart(run, index, state.reason);
  throw new InputError('MISSING_SOURCE', {
    where: join(run.folder, partFile(run.plan, index)),
    expected: `must be there first: unit ${index} is not done`,
    help: 'Run its task, then this one again.',
  });
}

/**
 * Values of a part that is JSON.
 *
 * @throws InputError UNREADABLE_FILE naming the first that is not as its schema has it; what `readyPart` throws
 */
export async function readPartValues<T>(run: Run, index: number, schema: ZodType<T>): Promise<T> {
  const where = await readyPart(run, index);
  return checkedJson(schema, (await readPartJson(where)).values, { where, help: HELP });
}

/** The error for a part that cannot be used. */
export function invalidPart({ folder }: Pick<Run, 'folder'>, index: number, reason: string): InputError {
  return new InputError('UNREADABLE_FILE', {
    where: folder,
    expected: `the part of unit ${index} must be as its task wrote it (${reason.replace(/\.$/, '')})`,
    help: `Remove that file and run steadfid task ${folder} --index ${index} again.`,
  });
}

/** What became of a unit: done before, now, or meanwhile by another process. */
export type UnitOutcome = 'already there' | 'written' | 'written by another';

/**
 * Makes the part of a unit, once, however often and wherever it is asked for: a valid part is left as it is, and of two processes that
 * work on a unit at the same time the first to finish writes it. Both must have the same bytes, unless one ran on a GPU.
 *
 * @param index  from 0
 * @param write  what is to be done, once it is known that there is something to do
 * @throws OptionError OUT_OF_RANGE if there is no such unit
 * @throws ProvenanceError UNLIKE_EMBEDDINGS if another process wrote other bytes
 * @throws what `write` and `openWholeFile` throw
 */
export async function writeUnit(
  run: Run,
  index: number,
  write: (path: string, writing: WholeFileOptions) => Promise<void>,
  {
    onInvalid,
    signal,
  }: { readonly onInvalid?: (reason: string) => void; readonly signal?: AbortSignal } = {},
): Promise<UnitOutcome> {
  const { folder, plan } = run;
  if (!Number.isSafeInteger(index) || index < 0 || index >= plan.units.length)
    throw new OptionError('OUT_OF_RANGE', {
      where: '--index',
      expected: `must be a unit of the plan, 0 to ${plan.units.length - 1}`,
      received: `${index}`,
    });
  const state = await readPartState(run, index);
  if (state.kind === 'valid') return 'already there';
  if (state.kind === 'invalid') onInvalid?.(state.reason);
  let outcome: UnitOutcome = 'written';
  try {
    await write(join(folder, partFile(plan, index)), {
      existing: state.kind === 'invalid' ? 'replaced' : 'refused',
      onSameContent: () => {
        outcome = 'written by another';
      },
      ...defined({ signal }),
    });
    return outcome;
  } catch (error) {
    if (!(error instanceof InputError) || error.code !== 'FILE_EXISTS') throw error;
    return await afterRace(run, index, error);
  }
}

/** Another process was first: on CPUs its bytes must be ours; GPUs differ in the last digits. */
async function afterRace(run: Run, index: number, error: InputError): Promise<UnitOutcome> {
  const state = await partState(run, index);
  if (state.kind !== 'valid') throw error;
  const isCompared = error.details['content'] === 'another';
  if (!isCompared || state.device !== undefined || error.details['device'] !== undefined)
    return 'written by another';
  throw new ProvenanceError('UNLIKE_EMBEDDINGS', {
    where: state.path,
    expected: `two processes that ${run.plan.job === 'encode' ? 'encode' : 'work on'} one unit on CPUs must write the same bytes`,
    received: 'other bytes than another process wrote meanwhile, whose part was kept',
    help: 'See whether the machines differ, or an image changed while it was read.',
  });
}
