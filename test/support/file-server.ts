import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** How a server on this machine answers; `request` counts from 1. */
export type Answering = (
  request: { readonly count: number; readonly start: number; readonly headers: IncomingMessage['headers'] },
  response: ServerResponse,
) => void;

export interface FileServer {
  readonly url: string;
  /** where each request wanted the file to begin */
  readonly starts: readonly number[];
}

/** A server on the loopback that is gone when the test is over. */
export async function fileServer(answer: Answering): Promise<FileServer> {
  const starts: number[] = [];
  const server = createServer((request, response) => {
    const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
    starts.push(start);
    answer({ count: starts.length, start, headers: request.headers }, response);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/net.pth`, starts };
}

/** Answers with the file, or with its rest where a range was asked for. */
export function serve(bytes: Uint8Array, start: number, response: ServerResponse): void {
  respond(bytes, start, response);
  response.end(bytes.subarray(start));
}

/** Answers with some bytes of the file and cuts the connection. */
export function serveAndCut(bytes: Uint8Array, start: number, end: number, response: ServerResponse): void {
  respond(bytes, start, response);
  response.write(bytes.subarray(start, end), () => setTimeout(() => response.destroy(), 300));
}

function respond(bytes: Uint8Array, start: number, response: ServerResponse): void {
  const range = start > 0 ? { 'content-range': `bytes ${start}-${bytes.length - 1}/${bytes.length}` } : {};
  response.writeHead(start > 0 ? 206 : 200, { 'content-length': bytes.length - start, ...range });
}
