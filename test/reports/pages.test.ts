import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { EXAMPLE_PAGES, HOSTILE, PAGE_KINDS } from '../support/example-pages.js';
import { BEYOND, describeInChromium } from '../support/page-browser.js';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface Findings {
  readonly violations: readonly {
    readonly id: string;
    readonly nodes: readonly { readonly html: string }[];
  }[];
}

/** What breaks axe's rules, with the first element that does. */
async function violationsOf(page: Page): Promise<readonly string[]> {
  const { violations } = await page.evaluate<Findings>(
    'axe.run({ resultTypes: ["violations"], preload: false })',
  );
  return violations.map(({ id, nodes }) => `${id}: ${nodes[0]!.html.slice(0, 200)}`);
}

/** Whatever a page of ours needs not: each is tried as if a name had become markup. */
const ATTACK = `(() => {
  window.refused = [];
  document.addEventListener('securitypolicyviolation', (event) => window.refused.push(event.effectiveDirective));
  const put = (markup) => document.body.insertAdjacentHTML('beforeend', markup);
  put('<img src="data:image/png;base64,AAAA" onerror="window.owned = 1">');
  put('<img src="https://example.invalid/a.png">');
  put('<iframe src="https://example.invalid/"></iframe>');
  put('<link rel="stylesheet" href="https://example.invalid/a.css">');
  put('<p style="color: red">styled</p>');
  put('<form action="https://example.invalid/" id="sent"></form>');
  const script = document.createElement('script');
  script.textContent = 'window.owned = 2';
  document.body.append(script);
  document.getElementById('sent').submit();
  fetch('https://example.invalid/').catch(() => {});
})()`;

describeInChromium('pages', EXAMPLE_PAGES, (open) => {
  test.each(
    PAGE_KINDS,
  )('the page of %s asks for nothing, complains of nothing, fits and follows the rules of axe, wide and light, narrow and dark, and at 200 %', async (kind) => {
    const { page, complaints, requests, leave } = await open(kind, { zoom: 2 });
    await page.evaluate(AXE);
    for (const width of [1200, 600, 360]) {
      await page.setViewportSize({ width, height: 900 });
      expect(await page.evaluate(BEYOND), `right of ${width} px`).toEqual([]);
      if (width === 600) continue; // 200 % of 1200
      await page.emulateMedia({ colorScheme: width === 1200 ? 'light' : 'dark' });
      expect(await violationsOf(page), `at ${width} px`).toEqual([]);
    }
    expect([requests, complaints]).toEqual([[], []]);
    leave();
  });

  test.each(PAGE_KINDS)('the page of %s moves nothing of its own', async (kind) => {
    const { page, leave } = await open(kind);
    const moving = `[...document.querySelectorAll('*')].filter((one) => {
      const { animationName, transitionDuration, scrollBehavior } = getComputedStyle(one);
      return animationName !== 'none' || transitionDuration !== '0s' || scrollBehavior === 'smooth';
    }).length`;
    expect(await page.evaluate(moving)).toBe(0);
    leave();
  });

  test.each(PAGE_KINDS)('the page of %s shows names that are markup as they were written', async (kind) => {
    const { page, leave } = await open(kind, { script: 'off' });
    const { page: run, leave: leaveRun } = await open(kind);
    const shown = (await page.locator('body').innerText()).split(HOSTILE).length - 1;
    expect(shown).toBeGreaterThanOrEqual(2);
    expect(await page.locator('img:not([src^="data:image/"]):not(dialog img), b, i, iframe').count()).toBe(0);
    expect(await run.evaluate('window.owned')).toBeUndefined();
    leave();
    leaveRun();
  });

  test.each(
    PAGE_KINDS,
  )('the page of %s refuses by its policy what a name would do if it became markup', async (kind) => {
    const { page, requests, leave } = await open(kind);
    const failures: (string | undefined)[] = [];
    page.on('requestfailed', (request) => failures.push(request.failure()?.errorText));
    await page.evaluate(ATTACK);
    await expect
      .poll(async () => [...new Set(await page.evaluate<string[]>('window.refused'))].sort())
      .toEqual([
        'connect-src',
        'form-action',
        'frame-src',
        'img-src',
        'script-src-attr',
        'script-src-elem',
        'style-src-attr',
        'style-src-elem',
      ]);
    expect(await page.evaluate('window.owned')).toBeUndefined();
    expect(failures).toEqual(requests.map(() => 'csp'));
    leave();
  });

  test.each(
    PAGE_KINDS,
  )('without a script the page of %s has every figure and table, and nothing to press that does nothing', async (kind) => {
    const { page, complaints, leave } = await open(kind, { script: 'off' });
    const unnamed = await page.locator('svg.plot').evaluateAll((drawings) =>
      drawings.filter((one) => {
        const title = one.closest('figure')!.querySelector('h3')!.textContent!;
        return one.getAttribute('aria-label')?.startsWith(title) !== true;
      }),
    );
    expect(unnamed.length).toBe(0);
    const counts = (selector: string) => page.locator(selector).count();
    expect(await counts('button, select, input, dialog')).toBe(0);
    for (const summary of await page.locator('summary').all())
      if (!(await summary.evaluate((one) => one.parentElement!.matches('[open]'))))
        await summary.press('Enter');
    expect(await counts('details:not([open])')).toBe(0);
    expect(await counts('.panel:not(:has(svg.plot:visible))')).toBe(0);
    expect((await counts('figure.figure:visible')) - (await counts('figure.figure'))).toBe(0);
    expect(await counts('tbody tr:visible')).toBe(await counts('tbody tr'));
    expect(await counts('tbody tr')).toBeGreaterThan(1);
    expect(complaints).toEqual([]);
    leave();
  });

  test.each(
    PAGE_KINDS,
  )('on paper the page of %s is black on white, fits, keeps what is folded, and cuts nothing, whatever the screen looked like', async (kind) => {
    const { page, leave } = await open(kind, { width: 700, scheme: 'dark' });
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    const colors =
      'Object.values((({ color, backgroundColor }) => ({ color, backgroundColor }))(getComputedStyle(document.body)))';
    expect(await page.evaluate(colors)).toEqual(['rgb(0, 0, 0)', 'rgb(255, 255, 255)']);
    const widest = `Math.max(...[...document.querySelectorAll('table, svg, pre, img')]
        .filter((one) => one.checkVisibility()).map((one) => one.getBoundingClientRect().right))`;
    expect(await page.evaluate<number>(widest)).toBeLessThanOrEqual(700);
    const unfolded = `[...document.querySelectorAll('details')].filter((one) => one.lastElementChild.checkVisibility()).length`;
    expect(await page.evaluate(unfolded)).toBe(0);
    const cut = `[...document.querySelectorAll('main *')].filter((one) => one.checkVisibility() &&
        getComputedStyle(one).overflowX !== 'visible' && one.scrollWidth > one.clientWidth + 1).map((one) => one.outerHTML.slice(0, 80))`;
    expect(await page.evaluate(cut)).toEqual([]);
    expect(await page.locator(':is(.tools *, .copy, nav, dialog):visible').count()).toBe(0);
    leave();
  });

  test.each(
    PAGE_KINDS,
  )('the page of %s answers in at most 25 words, and has what few need folded below three screens', async (kind) => {
    const { page, leave } = await open(kind, { width: 1400 });
    const headline = (await page.locator('h1').textContent())!.replaceAll(HOSTILE, 'name');
    const words = headline.replaceAll(' %', '').split(/\s+/); // a number and its sign are one
    expect(words.length).toBeLessThanOrEqual(25);
    expect(await page.locator('h1').count()).toBe(1);
    const before = 'document.querySelector(".folds").getBoundingClientRect().top';
    expect(await page.evaluate<number>(before)).toBeLessThanOrEqual(3 * 900);
    expect(await page.locator('.folds > :not(h2, details:not([open]))').count()).toBe(0);
    expect(await page.locator('.folds > details').count()).toBeGreaterThan(1);
    leave();
  });

  test.each(PAGE_KINDS)('the page of %s says each note once, where its links lead', async (kind) => {
    const { page, leave } = await open(kind);
    const targets = await page
      .locator('main a[href^="#"]')
      .evaluateAll((links) => links.map((link) => link.getAttribute('href')!.slice(1)));
    expect(targets.length).toBeGreaterThan(1);
    const said = await page.locator('.said').allTextContents();
    expect(new Set(said).size).toBe(said.length);
    const read = (await page.locator('main').evaluate((main) => {
      for (const aside of main.querySelectorAll('[data-copy], table, ul:not(.warnings)')) aside.remove();
      return main.textContent;
    }))!;
    for (const message of said) expect(read.split(message).length - 1, message).toBe(1);
    const ids = await page.locator('[id]').evaluateAll((all) => all.map(({ id }) => id));
    expect(new Set(ids).size).toBe(ids.length);
    expect(targets.filter((target) => !ids.includes(target))).toEqual([]);
    leave();
  });

  test.each(PAGE_KINDS)('at 360 px no letter of the page of %s is smaller than 12 px', async (kind) => {
    const { page, leave } = await open(kind, { width: 360 });
    await page.evaluate(`for (const one of document.querySelectorAll('details')) one.open = true`);
    const small = `[...document.querySelectorAll('main *')].filter((one) => one.checkVisibility() &&
        [...one.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim() !== '')).flatMap((one) => {
      const svg = one.closest('svg.plot');
      const scale = svg ? svg.getBoundingClientRect().width / svg.viewBox.baseVal.width : 1;
      const size = scale * parseFloat(getComputedStyle(one).fontSize);
      return size < 11.9 && !one.closest('thead') ? [size.toFixed(1) + ' ' + one.textContent.trim().slice(0, 30)] : [];
    })`;
    expect(await page.evaluate(small)).toEqual([]);
    leave();
  });
});
