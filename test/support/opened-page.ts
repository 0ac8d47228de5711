import { pathToFileURL } from 'node:url';
import type { Browser, ConsoleMessage, Page, Request } from 'playwright-core';

export interface PageOptions {
  readonly width?: number;
  /** pixels of the screen to one of the page: 2 with half the width is a zoom of 200 % */
  readonly zoom?: number;
  readonly scheme?: 'light' | 'dark';
  readonly script?: 'on' | 'off';
}

/** A page of a browser that has opened a file, and everything that it complained of or asked for meanwhile. */
export interface OpenedPage {
  readonly page: Page;
  readonly complaints: readonly string[];
  /** addresses asked for, the file's own aside */
  readonly requests: readonly string[];
  /** the page is done with: the next file may be opened in it */
  readonly leave: () => void;
}

/**
 * Pages of a browser, each of which opens one file after another: a new one starts a process, which takes longer than most of what is
 * asked of a page. A new document keeps nothing of the one before it.
 */
export class PagePool {
  readonly #browser: Browser;
  readonly #left = new Map<string, Page[]>();

  constructor(browser: Browser) {
    this.#browser = browser;
  }

  async open(
    file: string,
    { width = 1200, zoom = 1, scheme = 'light', script = 'on' }: PageOptions = {},
  ): Promise<OpenedPage> {
    const kind = `${zoom} ${script}`;
    const page =
      this.#left.get(kind)?.pop() ??
      (await this.#browser.newPage({ deviceScaleFactor: zoom, javaScriptEnabled: script === 'on' }));
    page.setDefaultTimeout(0); // the limit is that of the whole run
    await page.setViewportSize({ width, height: 900 });
    await page.emulateMedia({ media: null, colorScheme: scheme });
    const address = pathToFileURL(file).href;
    const complaints: string[] = [];
    const requests: string[] = [];
    const onConsole = (message: ConsoleMessage) => complaints.push(message.text());
    const onError = (error: Error) => complaints.push(error.message);
    const onRequest = (request: Request) => {
      if (request.url() !== address && !request.url().startsWith('data:')) requests.push(request.url());
    };
    page.on('console', onConsole).on('pageerror', onError).on('request', onRequest);
    await page.goto(address);
    const leave = () => {
      page.off('console', onConsole).off('pageerror', onError).off('request', onRequest);
      this.#left.set(kind, [...(this.#left.get(kind) ?? []), page]);
    };
    return { page, complaints, requests, leave };
  }
}
