import { defined } from '../../defined.js';
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
/** What trying again does not change. */
const LASTING_CODES = new Set(['ENOTFOUND', 'ERR_INVALID_URL', 'UND_ERR_INVALID_ARG', 'CERT_HAS_EXPIRED']);
const CONNECT_MS = 30_000;
const SILENCE_MS = 60_000;
const MOST_REDIRECTIONS = 10;

/** Servers reached over HTTP, through the proxy that HTTP_PROXY, HTTPS_PROXY and NO_PROXY name. */
export interface HttpSource {
  /**
   * @throws PassingFailure if it is worth another try
   * @throws InputError DOWNLOAD_FAILED if it is not: no such file or host, a web page in its place
   */
  get(url: string, from: { readonly start: number; readonly signal?: AbortSignal }): Promise<HttpPart>;
  close(): Promise<void>;
}

export async function openHttpSource({ silenceMs = SILENCE_MS } = {}): Promise<HttpSource> {
  const { EnvHttpProxyAgent, interceptors, request } = await import('undici');
  const agent = new EnvHttpProxyAgent({
    connect: { timeout: CONNECT_MS },
    headersTimeout: silenceMs,
    bodyTimeout: silenceMs,
  });
  const dispatcher = agent.compose(interceptors.redirect({ maxRedirections: MOST_REDIRECTIONS }));

  async function answered(url: string, start: number, signal: AbortSignal | undefined) {
    const range = start > 0 ? { range: `bytes=${start}-` } : {};
    try {
      return await request(url, {
        dispatcher,
        // Compressed on the way, the sizes would be others than the file's.
        headers: { 'accept-encoding': 'identity', ...range },
        ...defined({ signal }),
      });
    } catch (error) {
      throw failureOf(url, error);
    }
  }

  async function get(
    url: string,
    { start, signal }: { readonly start: number; readonly signal?: AbortSignal },
  ): Promise<HttpPart> {
    const answer = await answered(url, start, signal);
    answer.body.on('error', () => {}); // thrown by the loop that reads it
    const part = partOf(url, answer, start);
    if (part !== undefined) return part;
    answer.body.destroy();
    if (start === 0) throw new PassingFailure('it sent another part of the file than was asked for');
    return get(url, { start: 0, ...defined({ signal }) });
  }

  return { get, close: () => agent.destroy() };
}

interface Answer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: AsyncIterable<Uint8Array>;
}

/** What an answer gives; undefined if it must be asked again from the start. */
function partOf(url: string, { statusCode, headers, body }: Answer, start: number): HttpPart | undefined {
  const header = (name: string) => String(headers[name] ?? '');
  if (PASSING_STATUS.has(statusCode)) {
    throw new PassingFailure(`HTTP ${statusCode}`, { waitMs: milliseconds(header('retry-after')) });
  }
  if (statusCode === 416 && start > 0) return undefined;
  if (statusCode !== 200 && statusCode !== 206) throw failed(url, `HTTP ${statusCode}`);
  if (/^text\/html\b/i.test(header('content-type'))) throw failed(url, 'a web page');
  const chunks = readable(body);
  if (statusCode === 200) return { start: 0, totalBytes: count(header('content-length')), chunks };
  const range = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(header('content-range'));
  if (range === null || Number(range[1]) !== start) return undefined;
  return { start, totalBytes: count(range[2]!), chunks };
}

async function* readable(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (error) {
    throw new PassingFailure(reason(error), { cause: error });
  }
}

function count(text: string): number | undefined {
  return /^\d+$/.test(text) ? Number(text) : undefined;
}

function milliseconds(seconds: string): number | undefined {
  return /^\d+$/.test(seconds) ? Number(seconds) * 1000 : undefined;
}

function failureOf(url: string, error: unknown): Error {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (!LASTING_CODES.has(code)) return new PassingFailure(reason(error), { cause: error });
  return failed(url, reason(error), error);
}

function failed(url: string, received: string, cause?: unknown): InputError {
  return new InputError(
    'DOWNLOAD_FAILED',
    {
      where: url,
      expected: 'must answer with the file',
      received,
      help: 'Without a network, or for another address, fetch the file elsewhere and give it with --from.',
    },
    { cause },
  );
}

/** What happened, in the words of the innermost cause; some errors have a code alone. */
function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.cause instanceof Error) return reason(error.cause);
  const text = error.message === '' && 'code' in error ? String(error.code) : error.message;
  return text.replace(/\.$/, '');
}
