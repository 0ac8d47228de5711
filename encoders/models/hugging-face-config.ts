import { dirname, join } from 'node:path';
import { InputError } from '../../errors.js';
import { isRecord, parsedJson } from '../files/json-text.js';
import { readTextFile } from '../files/regular-file.js';
import type { ClipSettings } from '../networks/clip.js';

const ACTIVATIONS: Readonly<Record<string, ClipSettings['activation']>> = {
  quick_gelu: 'quick-gelu',
  gelu: 'gelu',
};

/** What transformers takes where the file is silent. */
const DEFAULTS = { hidden_act: 'quick_gelu', num_attention_heads: 12, layer_norm_eps: 1e-5 };

/**
 * What the `config.json` beside a Hugging Face CLIP says that its tensors do not; nothing if there is no such file, or
 * it is not of a CLIP.
 *
 * @throws InputError UNREADABLE_FILE if it speaks of an activation or layer norm that no CLIP has
 */
export async function huggingFaceClipSettings(checkpointPath: string): Promise<ClipSettings> {
  const path = join(dirname(checkpointPath), 'config.json');
  const tower = towerOf(await parsedFile(path));
  if (tower === undefined) return {};
  const { hidden_act, num_attention_heads, layer_norm_eps } = { ...DEFAULTS, ...tower };
  const activation = ACTIVATIONS[String(hidden_act)];
  if (activation === undefined || layer_norm_eps !== DEFAULTS.layer_norm_eps) {
    throw new InputError('UNREADABLE_FILE', {
      where: path,
      expected: 'its image tower must have the activation quick_gelu or gelu, and layer_norm_eps 1e-5',
      received: `${String(hidden_act)}, ${String(layer_norm_eps)}`,
    });
  }
  const heads = Number(num_attention_heads);
  return Number.isSafeInteger(heads) && heads > 0 ? { activation, heads } : { activation };
}

async function parsedFile(path: string): Promise<unknown> {
  try {
    return parsedJson(await readTextFile(path), { where: path });
  } catch {
    return undefined; // none there, or another program's
  }
}

function towerOf(config: unknown): Readonly<Record<string, unknown>> | undefined {
  if (!isRecord(config)) return undefined;
  if (config['model_type'] === 'clip_vision_model') return config;
  if (config['model_type'] !== 'clip') return undefined;
  const tower = config['vision_config'];
  return isRecord(tower) ? tower : {};
}
