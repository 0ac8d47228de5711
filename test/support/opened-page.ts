import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';

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
}

export async function openedPage(
  browser: Browser,
  file: string,
  { width = 1200, zoom = 1, scheme = 'light', script = 'on' }: PageOptions = {},
): Promise<OpenedPage> {
  const page = await browser.newPage({
    viewport: { width, height: 900 },
    deviceScaleFactor: zoom,
    colorScheme: scheme,
    javaScriptEnabled: script === 'on',
  });
  page.setDefaultTimeout(0); // the limit is that of the whole run
  const address = pathToFileURL(file).href;
  const complaints: string[] = [];
  const requests: string[] = [];
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('request', (request) => {
    if (request.url() !== address && !request.url().startsWith('data:')) requests.push(request.url());
  });
  await page.goto(address);
  return { page, complaints, requests };
}
