/** The ONNX Runtime whose log {@link deviceLog} reads; another may word it otherwise, and then says nothing here. */
export const LOGGED_BY = '1.30.0';

/** Hardware that ONNX Runtime found by its own look at the system. */
export interface FoundHardware {
  readonly kind: 'cpu' | 'gpu' | 'npu';
  readonly vendor: string;
}

/** What a verbose log of ONNX Runtime says; null where it does not say so in the words that are known. */
export interface DeviceLog {
  readonly hardware: readonly FoundHardware[] | null;
  /** operators of the network that were left to the CPU, each once, in alphabetical order */
  readonly leftToCpu: readonly string[] | 'all' | null;
}

const CPU_PROVIDER = 'CPUExecutionProvider';

const KINDS = ['cpu', 'gpu', 'npu'] as const;

/** Names of vendors that the log gives by number alone. */
const VENDORS: Readonly<Record<string, string>> = {
  '0x1002': 'AMD',
  '0x1022': 'AMD',
  '0x106b': 'Apple',
  '0x10de': 'NVIDIA',
  '0x13b5': 'Arm',
  '0x5143': 'Qualcomm',
  '0x8086': 'Intel',
};

/**
 * Reads what a session says of hardware and of the placement of its nodes, at log level verbose.
 *
 * @param text  of the process in which it was opened; of several sessions the last counts
 */
export function deviceLog(text: string): DeviceLog {
  return { hardware: foundHardware(text), leftToCpu: leftToCpu(text) };
}

function foundHardware(text: string): readonly FoundHardware[] | null {
  const found = [
    ...text.matchAll(
      /Discovered OrtHardwareDevice \{vendor_id:(0x[0-9a-f]+), device_id:0x[0-9a-f]+, vendor:([^,]*), type:(\d+),/gi,
    ),
  ].flatMap(([, id, vendor, type]): readonly FoundHardware[] => {
    const kind = KINDS[Number(type)];
    const name = vendor!.trim() || (VENDORS[id!.toLowerCase()] ?? id!);
    return kind === undefined ? [] : [{ kind, vendor: name }];
  });
  return found.length === 0 ? null : found;
}

/** `All nodes placed on [X]`, or `Node(s) placed on [X]` once for each provider, followed by its nodes, a line of `Operator (name)` each. */
function leftToCpu(text: string): DeviceLog['leftToCpu'] {
  let nodes: Map<string, string[]> | null = null;
  let whole: string | undefined;
  let listed: string[] = [];
  for (const [, words = ''] of text.matchAll(/VerifyEachNodeIsAssignedToAnEp\]\s+(.*)$/gm)) {
    const [, all] = /^All nodes placed on \[(\w+)\]/.exec(words) ?? [];
    const [, some] = /^Node\(s\) placed on \[(\w+)\]/.exec(words) ?? [];
    const [, operator] = /^(\w+) \(.*\)\s*$/.exec(words) ?? [];
    if (words.startsWith('Node placements')) {
      nodes = new Map();
      whole = undefined;
    } else if (all !== undefined) whole = all;
    else if (some !== undefined) nodes?.set(some, (listed = []));
    else if (operator !== undefined) listed.push(operator);
  }
  if (whole !== undefined) return whole === CPU_PROVIDER ? 'all' : [];
  if (nodes === null || nodes.size === 0) return null;
  return [...new Set(nodes.get(CPU_PROVIDER) ?? [])].sort();
}
