import { InputError } from '../../errors.js';

/** A file on a server, taken from some byte on. */
export interface HttpPart {
  /** where the bytes that follow begin; 0 if the server does not know ranges */
  readonly start: number;
  /** size of the whole file, where the server says it */
  readonly totalBytes: number | undefined;
  readonly chunks: AsyncIterable<Uint8Array>;
}

/** An answer that may be another one next time: a busy server, a cut connection. */
export class PassingFailure extends Error {
  /** what the server asked to wait, if it did */
  readonly waitMs: number | undefined;

  constructor(message: string, options: ErrorOptions & { readonly waitMs?: number | undefined } = {}) {
    super(message, options);
    this.waitMs = options.waitMs;
  }
}

const PASSING_STATUS = new Set([408, 425, 429, 500, 502, 503, 504]);
const CONNECT_MS = 30_000;
const SILENCE_MS = 60_000;

/** Servers reached over HTTP, through the proxy that HTTP_PROXY, HTTPS_PROXY and NO_PROXY name. */
export interface HttpSource {
  /**
   * @throws PassingFailure if it is worth another try
   * @throws InputError DOWNLOAD_FAILED if it is not: no such file, a web page in its place
   */
  get(url: string, from: { readonly start: number; readonly signal?: AbortSignal }): Promise<HttpPart>;
  close(): Promise<void>;
}

export async function openHttpSource({ silenceMs = SILENCE_MS } = {}): Promise<HttpSource> {
  const { EnvHttpProxyAgent, fetch } = await import('undici');
  const dispatcher = new EnvHttpProxyAgent({
    connect: { timeout: CONNECT_MS },
    headersTimeout: silenceMs,
    bodyTimeout: silenceMs,
  });

  async function get(
    url: string,
    { start, signal }: { readonly start: number; readonly signal?: AbortSignal },
  ): Promise<HttpPart> {
    const range = start > 0 ? { range: `bytes=${start}-` } : {};
    const response = await fetch(url, {
      dispatcher,
      // Compressed on the way, the sizes would be others than the file's.
      headers: { 'accept-encoding': 'identity', ...range },
      ...(signal === undefined ? {} : { signal }),
    }).catch((error: unknown) => {
      throw new PassingFailure(reason(error), { cause: error });
    });
    const part = partOf(url, response, start);
    if (part !== undefined) return part;
    await response.body?.cancel();
    return get(url, { start: 0, ...(signal === undefined ? {} : { signal }) });
  }

  return { get, close: () => dispatcher.destroy() };
}

interface Answer {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  readonly body: AsyncIterable<Uint8Array> | null;
}

/** What an answer gives; undefined if it must be asked again from the start. */
function partOf(url: string, { status, headers, body }: Answer, start: number): HttpPart | undefined {
  if (PASSING_STATUS.has(status)) {
    const seconds = Number(headers.get('retry-after') ?? Number.NaN);
    throw new PassingFailure(`HTTP ${status}`, {
      waitMs: Number.isFinite(seconds) ? seconds * 1000 : undefined,
    });
  }
  if (status === 416 && start > 0) return undefined;
  if (status !== 200 && status !== 206) throw failed(url, `HTTP ${status}`);
  if (/^text\/html\b/i.test(headers.get('content-type') ?? '')) throw failed(url, 'a web page');
  const chunks = readable(body);
  if (status === 200) return { start: 0, totalBytes: count(headers.get('content-length')), chunks };
  const range = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(headers.get('content-range') ?? '');
  if (range === null || Number(range[1]) !== start) return undefined;
  return { start, totalBytes: count(range[2]!), chunks };
}

async function* readable(body: AsyncIterable<Uint8Array> | null): AsyncGenerator<Uint8Array> {
  try {
    if (body !== null) yield* body;
  } catch (error) {
    throw new PassingFailure(reason(error), { cause: error });
  }
}

function count(text: string | null): number | undefined {
  return text !== null && /^\d+$/.test(text) ? Number(text) : undefined;
}

function failed(url: string, received: string): InputError {
  return new InputError('DOWNLOAD_FAILED', { where: url, expected: 'must answer with the file', received });
}

/** The innermost cause says what happened: `fetch failed` does not. */
function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? reason(error.cause) : error.message.replace(/\.$/, '');
}
