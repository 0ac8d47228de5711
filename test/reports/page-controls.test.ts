import type { Locator, Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { EXAMPLE_PAGES, PAGE_KINDS, type PageKind } from '../support/example-pages.js';
import { describeInChromium } from '../support/page-browser.js';

/** What a page lets a reader do, in its own words. */
const CONTROLS = {
  drawings: 'svg.plot[tabindex="0"]',
  series: '.key button',
  panels: '[aria-label="Panels"] button',
  axes: '[aria-label="Axis"] button',
  metrics: '[aria-label="Metrics"] button',
  scores: '[aria-label="Scores"] button',
  sizes: '[data-tools="sizes"] option',
  models: '[data-models] option',
  orders: '[data-tools="gallery"] option',
  searches: 'input[type="search"]',
  copies: '.copy',
  enlarge: 'main button:has-text("Enlarge pictures")',
  others: 'main button:has-text("Other pictures")',
} as const;
type Control = keyof typeof CONTROLS;

/** How many of each a page has, if any; a page that draws nothing has nothing to point at. */
const OFFERED: Readonly<Record<PageKind, Readonly<Partial<Record<Control, number>>>>> = {
  score: { drawings: 2, copies: 5, enlarge: 3, others: 1 },
  study: {
    ...{ drawings: 28, series: 21, panels: 16, axes: 10, metrics: 2, sizes: 5 },
    ...{ models: 4, copies: 6, enlarge: 1 },
  },
  'filter study': { drawings: 10, series: 15, panels: 6, axes: 4, sizes: 4, models: 6, copies: 6 },
  compare: {
    ...{ drawings: 28, series: 30, panels: 12, axes: 8, metrics: 2, scores: 2 },
    ...{ copies: 5, enlarge: 1, others: 1 },
  },
  uncertainty: { drawings: 9, series: 4, panels: 5, orders: 3, searches: 1, copies: 5, enlarge: 2 },
  'score models': { drawings: 4, panels: 2, models: 4, copies: 5, enlarge: 1 },
  track: { drawings: 4, panels: 2, models: 4, copies: 5 },
  reconstruction: { copies: 5, enlarge: 1 },
  'score comparison': { copies: 1 },
  'study comparison': { sizes: 5, copies: 1 },
};
const withSome = (control: Control) => PAGE_KINDS.filter((kind) => OFFERED[kind][control] !== undefined);

const PRESSABLE = `[...document.querySelectorAll('a[href], button, input, select, summary, [tabindex]')].filter((one) => one.checkVisibility())`;
const DRAWINGS = `[...document.querySelectorAll('${CONTROLS.drawings}')].filter((one) => one.checkVisibility())`;
/** Of a drawing: the middle of the mark that lies farthest from all others, and what it says, or those that lie in its place. */
const LONELIEST = `(svg) => {
  svg.scrollIntoView({ block: 'center' });
  const marks = [...svg.querySelectorAll('[data-tip]')].map((mark) => {
    const box = mark.getBoundingClientRect();
    return { x: box.left + box.width / 2, y: box.top + box.height / 2, says: mark.dataset.tip };
  });
  const room = (one) => Math.min(...marks.map((other) => (other === one ? Infinity : Math.hypot(other.x - one.x, other.y - one.y))));
  const { x, y } = marks.reduce((best, one) => (room(one) > room(best) ? one : best));
  return { x, y, says: marks.filter((one) => Math.hypot(one.x - x, one.y - y) < 1).map(({ says }) => says) };
}`;
interface Mark {
  readonly x: number;
  readonly y: number;
  readonly says: readonly string[];
}

const tipOf = (page: Page) => page.locator('.tip:visible');
const figuresOf = (page: Page) => page.locator('figure.figure').all();

/** An attribute of those that are seen. */
function seen(all: Locator, name: string): Promise<readonly string[]> {
  return all
    .filter({ visible: true })
    .evaluateAll((found, attribute) => found.map((one) => one.getAttribute(attribute) ?? ''), name);
}

/** Presses each button of a group: what it names goes and comes back, the rest stays, and the last one cannot go. */
async function pressEach(group: Locator, shown: () => Promise<readonly string[]>): Promise<void> {
  const buttons = await group.getByRole('button').all();
  const before = await shown();
  const excluded: string[] = [];
  for (const button of buttons) {
    await button.press('Enter');
    expect(await button.getAttribute('aria-pressed')).toBe('false');
    const left = await shown();
    excluded.push(...before.filter((one) => !left.includes(one)));
    await button.press('Space');
    expect(await shown()).toEqual(before);
  }
  expect(excluded.sort()).toEqual([...before].sort());
  for (const button of buttons) await button.press('Enter');
  expect(await buttons.at(-1)!.getAttribute('aria-pressed')).toBe('true');
  expect((await shown()).length).toBeGreaterThan(0);
}

describeInChromium('controls of pages', EXAMPLE_PAGES, (openFolded) => {
  /** A page with all its folds opened. */
  const open = async (kind: PageKind) => {
    const opened = await openFolded(kind);
    await opened.page.evaluate(
      `for (const one of document.querySelectorAll('details:not(.size)')) one.open = true`,
    );
    return opened;
  };

  test.each(
    PAGE_KINDS,
  )('the page of %s offers what it should, all of it by the Tab key, and shows where one is', async (kind) => {
    const { page, leave } = await open(kind);
    const found: Partial<Record<string, number>> = {};
    for (const [name, selector] of Object.entries(CONTROLS)) {
      const count = await page.locator(selector).count();
      if (count > 0) found[name] = count;
    }
    expect(found).toEqual(OFFERED[kind]);
    const wanted = await page.evaluate<number>(`${PRESSABLE}.length`);
    const positions = new Set<number>();
    for (let i = 0; i <= wanted; i++) {
      await page.keyboard.press('Tab');
      const [position, outline] = await page.evaluate<[number, string]>(
        `[${PRESSABLE}.indexOf(document.activeElement), getComputedStyle(document.activeElement).outlineStyle]`,
      );
      positions.add(position);
      if (position >= 0) expect(outline).toBe('solid');
    }
    positions.delete(-1);
    expect(positions.size).toBe(wanted);
    leave();
  });

  test.each(
    withSome('drawings'),
  )('in each drawing of %s the mark under the pointer is read out, until the pointer leaves', async (kind) => {
    const { page, leave } = await open(kind);
    const drawings = await page.evaluate<number>(`${DRAWINGS}.length`);
    for (let i = 0; i < drawings; i++) {
      const { x, y, says } = await page.evaluate<Mark>(`(${LONELIEST})(${DRAWINGS}[${i}])`);
      await page.mouse.move(x + 1, y + 1);
      expect(says).toContain(await tipOf(page).textContent());
      await page.mouse.move(2, 2);
      expect(await tipOf(page).count()).toBe(0);
    }
    leave();
  });

  test.each(
    withSome('drawings'),
  )('the arrow keys read the marks of each drawing of %s one after the other', async (kind) => {
    const { page, leave } = await open(kind);
    const drawings = await page.evaluate<string[][]>(
      `${DRAWINGS}.map((svg) => [...svg.querySelectorAll('[data-tip]')].map((one) => one.dataset.tip))`,
    );
    for (const [i, tips] of drawings.entries()) {
      await page.evaluate(`${DRAWINGS}[${i}].focus()`);
      const read: (string | null)[] = [];
      for (const key of ['ArrowRight', 'ArrowDown', 'ArrowLeft', 'ArrowUp']) {
        await page.keyboard.press(key);
        read.push(await tipOf(page).textContent());
      }
      expect(read).toEqual([tips[0], tips[1 % tips.length], tips[0], tips.at(-1)]);
      await page.keyboard.press('Escape');
      expect(await tipOf(page).count()).toBe(0);
    }
    leave();
  });

  test.each(
    withSome('series'),
  )('on the page of %s a press on a series takes its marks out of every panel, and another brings them back', async (kind) => {
    const { page, leave } = await open(kind);
    for (const figure of await figuresOf(page))
      for (const entry of await figure.locator('[data-key]').all()) {
        const series = await entry.getAttribute('data-key');
        const marks = () => figure.locator(`svg.plot [data-series="${series}"]:visible`).count();
        const before = await marks();
        expect(before).toBeGreaterThan(0);
        await entry.getByRole('button').press('Enter');
        expect(await marks()).toBe(0);
        await entry.getByRole('button').press('Space');
        expect(await marks()).toBe(before);
      }
    leave();
  });

  test.each(
    withSome('panels'),
  )('the panels of the figures of %s go and come by a press, one of them always staying', async (kind) => {
    const { page, leave } = await open(kind);
    for (const figure of await figuresOf(page)) {
      const group = figure.getByRole('group', { name: 'Panels' });
      if ((await group.count()) > 0)
        await pressEach(group, () => seen(figure.locator('.panel'), 'data-name'));
    }
    leave();
  });

  test.each([
    ...withSome('metrics').map((kind) => ({ kind, by: 'metric' })),
    ...withSome('scores').map((kind) => ({ kind, by: 'score' })),
  ])('the figures of $kind go and come by their $by, one of which always stays', async ({ kind, by }) => {
    const { page, leave } = await open(kind);
    const group = page.getByRole('group', { name: `${by}s` });
    await pressEach(group, async () => [
      ...new Set(await seen(page.locator(`figure[data-${by}]`), `data-${by}`)),
    ]);
    leave();
  });

  test.each(withSome('axes'))('the figures of %s are drawn by the axis that is pressed', async (kind) => {
    const { page, leave } = await open(kind);
    for (const figure of await figuresOf(page)) {
      const buttons = figure.getByRole('group', { name: 'Axis' }).getByRole('button');
      for (const button of (await buttons.all()).reverse()) {
        await button.press('Enter');
        const views = new Set(await seen(figure.locator('svg.plot'), 'data-view'));
        expect([...views]).toEqual([await button.textContent()]);
        expect(await figure.locator('[aria-label="Axis"] [aria-pressed="true"]').count()).toBe(1);
      }
    }
    leave();
  });

  test.each(
    withSome('sizes'),
  )('on the page of %s a chosen sample size shows its values alone, and marks them in the figures', async (kind) => {
    const { page, leave } = await open(kind);
    const shown = () => seen(page.locator('details.size'), 'data-n');
    expect(await shown()).toEqual([kind === 'filter study' ? '300' : '800']);
    await page.getByRole('combobox', { name: 'Sample size' }).selectOption('n = 100');
    expect(await shown()).toEqual(['100']);
    expect(await page.locator('details.size tbody tr:visible').count()).toBeGreaterThan(1);
    const marked = page.locator(
      `${kind === 'study' ? '#curves' : '#curve-fid'} svg.plot:not([hidden]) .picked`,
    );
    const places = { study: 2 * 3 * 2, 'filter study': 6 + 5 }[kind as string] ?? 0; // sets in two panels of each metric; a floor has no ratio
    expect(await marked.count()).toBe(places);
    leave();
  });

  test.each(
    withSome('copies'),
  )('on the page of %s each button copies the command, methods, table or references before it', async (kind) => {
    const { page, leave } = await open(kind);
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    const kinds = new Set<string>();
    for (const source of await page.locator('[data-copy]').all()) {
      const name = `Copy ${await source.getAttribute('data-copy')}`;
      const button = source.locator('xpath=following-sibling::button[1]');
      expect(await button.textContent()).toBe(name);
      await button.press('Enter');
      await expect.poll(() => button.textContent()).toBe('Copied');
      expect(await page.evaluate('navigator.clipboard.readText()')).toBe(await source.textContent());
      kinds.add(name);
      await button.blur();
      expect(await button.textContent()).toBe(name);
    }
    expect(kinds).toContain('Copy command');
    leave();
  });

  test.each(
    withSome('enlarge'),
  )('a picture of %s that is pressed is enlarged, the arrow keys go to the next, and Escape goes back', async (kind) => {
    const { page, leave } = await open(kind);
    const box = page.locator('dialog');
    for (const group of await page.locator('.samples, .gallery, .distorted').all()) {
      const pictures = group.locator('img:visible');
      const names = await pictures.evaluateAll((all) => all.map((one) => one.getAttribute('alt')!));
      const sources = await pictures.evaluateAll((all) => all.map((one) => one.getAttribute('src')));
      const last = names.length - 1;
      const shown = async () => [
        await box.locator('img').getAttribute('src'),
        await box.locator('p').textContent(),
      ];
      const of = (i: number) => [sources[i], `${names[i]} (${i + 1} of ${names.length})`];
      await pictures.nth(last).click();
      expect(await shown()).toEqual(of(last));
      await page.keyboard.press('ArrowRight');
      expect(await shown()).toEqual(of(0));
      await page.keyboard.press('ArrowLeft');
      expect(await shown()).toEqual(of(last));
      await page.keyboard.press('Escape');
      expect(await box.isVisible()).toBe(false);
    }
    const [button] = await page.getByRole('button', { name: 'Enlarge pictures' }).all();
    await button!.press('Enter');
    await box.getByRole('button', { name: 'Next' }).press('Enter');
    await box.getByRole('button', { name: 'Close' }).press('Enter');
    expect(await box.isVisible()).toBe(false);
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Enlarge pictures');
    leave();
  });

  test('on the page of a comparison the maps of other random pictures come with these', async () => {
    const { page, leave } = await open('compare');
    const pictures = page.locator('.samples[data-shown] .stack > img');
    const maps = page.locator('.samples[data-shown] .stack .peek img:first-child');
    const draws: string[][] = [];
    for (let i = 0; i < 2; i++) {
      draws.push([...(await seen(pictures, 'src'))]);
      // each map of the example is a copy of its picture
      expect(await seen(maps, 'src')).toEqual(draws[i]);
      await page.getByRole('button', { name: 'Other pictures' }).press('Enter');
    }
    expect(draws.map(({ length }) => length)).toEqual([24, 6]);
    expect(new Set(draws.flat()).size).toBe(15);
    leave();
  });

  test('on the page of a score other random pictures come by a press, each once, and then the first ones again', async () => {
    const { page, leave } = await open('score');
    const button = page.getByRole('button', { name: 'Other pictures' });
    const seenNow = () => seen(page.locator('.samples[data-shown] img[alt^="generated"]'), 'alt');
    const draws: string[][] = [];
    for (let i = 0; i < 3; i++) {
      draws.push([...(await seenNow())]);
      expect(await button.textContent()).toBe(`Other pictures (${i + 1} of 3)`);
      await button.press('Enter');
    }
    expect(await seenNow()).toEqual(draws[0]);
    expect(draws.map(({ length }) => length)).toEqual([16, 16, 8]);
    expect(new Set(draws.flat()).size).toBe(40);
    leave();
  });

  test.each(
    withSome('orders'),
  )('the gallery of %s is sorted by what is chosen, and shows the names that hold a text', async (kind) => {
    const { page, leave } = await open(kind);
    const ranks = () => seen(page.locator('[data-gallery] li'), 'data-rank');
    const first = (await ranks()).map(Number);
    expect(first).toEqual([...first].sort((a, b) => a - b));
    await page.getByRole('combobox', { name: 'Order' }).selectOption('least uncertain first');
    expect((await ranks()).map(Number)).toEqual([...first].reverse());
    await page.getByRole('searchbox', { name: 'Name holds' }).fill(' 2');
    expect(await seen(page.locator('[data-gallery] li'), 'data-id')).toEqual([expect.stringMatching(/ 2$/)]);
    await page.getByRole('searchbox').fill('');
    expect(await ranks()).toHaveLength(first.length);
    leave();
  });

  test('a dot of the uncertainty page shows its image where the gallery has it', async () => {
    const { page, leave } = await open('uncertainty');
    const id = await page.locator('[data-gallery] li').first().getAttribute('data-id');
    const svg = page.locator('#scores-by-detail svg.plot').first();
    const marks = await svg.evaluate((drawing) =>
      [...drawing.querySelectorAll('[data-tip]')].map((one) => one.getAttribute('data-tip')!),
    );
    await svg.focus();
    const at = marks.findIndex((says) => says.startsWith(`${id}: `));
    for (let i = 0; i <= at; i++) await page.keyboard.press('ArrowRight');
    expect(await tipOf(page).textContent()).toBe(marks[at]);
    expect(await tipOf(page).locator('img').getAttribute('src')).toBe(
      await page.locator('[data-gallery] li').first().locator('img').first().getAttribute('src'),
    );
    leave();
  });

  test.each(
    withSome('models'),
  )('a model that is chosen on the page of %s is the only one in its table, pictures and figures, until all are', async (kind) => {
    const { page, leave } = await open(kind);
    const select = page.getByRole('combobox', { name: 'Model' });
    const rows = () => page.locator('#values tbody tr:visible').count();
    const before = await rows();
    const pressed = () => page.locator('[data-model] button[aria-pressed="true"]').count();
    const keys = await pressed();
    await select.selectOption({ index: 1 });
    // The filter study's table has a row for each metric, of no single set.
    if (before > 1) expect(await rows()).toBeLessThan(before);
    const named = await select.inputValue();
    const models = await page
      .locator('[data-key][data-model]:has(button[aria-pressed="true"])')
      .evaluateAll((keys) => keys.map((key) => key.getAttribute('data-model')));
    expect([...new Set(models)]).toEqual(keys === 0 ? [] : [named]);
    const pictures = await page.locator('div[data-model]').count();
    if (pictures > 0) {
      expect(await seen(page.locator('div[data-model]'), 'data-model')).toEqual([named]);
    }
    await select.selectOption({ index: 0 });
    expect([await rows(), await pressed()]).toEqual([before, keys]);
    leave();
  });
});
