import type { Browser, Page } from 'playwright-core';

export type Scheme = 'light' | 'dark';

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
  {
    width = 1200,
    scheme = 'light',
    script = 'on',
  }: { readonly width?: number; readonly scheme?: Scheme; readonly script?: 'on' | 'off' } = {},
): Promise<OpenedPage> {
  const page = await browser.newPage({
    viewport: { width, height: 900 },
    colorScheme: scheme,
    javaScriptEnabled: script === 'on',
  });
  const complaints: string[] = [];
  const requests: string[] = [];
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('request', (request) => {
    if (request.url() !== `file://${file}` && !request.url().startsWith('data:'))
      requests.push(request.url());
  });
  await page.goto(`file://${file}`);
  return { page, complaints, requests };
}
