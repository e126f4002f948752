import { expect, test } from '../support/test';
import { insertKeys, insertRoles, insertUnequal, LONG_ROLE, names } from '../support/rows';

for (const width of [641, 700, 820, 899, 900, 901, 1000, 1280]) {
  test(`nothing lies over anything and nothing leaves the card: ${width} px`, async ({ page, keys, name, server }) => {
    const word = name('Narrow');
    await insertUnequal(server, word, 8);
    await page.setViewportSize({ width, height: 800 });
    await keys.open(`/settings/api-keys?q=${encodeURIComponent(word)}`);
    await expect(keys.table.getByRole('row').nth(1)).toBeVisible();
    expect(await page.evaluate(overlaps)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    // Under 900 px the rows are cards: their heads are not seen and each fact has its label.
    const cards = (await keys.table.locator('thead').evaluate((head) => (head as HTMLElement).getBoundingClientRect().height)) < 2;
    expect(cards).toBe(width < 900);
  });
}

test('a long name and a long role take two lines, with the whole in title', async ({ page, keys, name, server }) => {
  const word = name('Clamped');
  const long = `${word} ${'of many words '.repeat(6)}`.trim().slice(0, 80);
  await insertRoles(server, [LONG_ROLE]);
  await insertKeys(server, [long], LONG_ROLE);
  await keys.open(`/settings/api-keys?q=${encodeURIComponent(word)}`);
  for (const [text, cell] of [[long, 0], [LONG_ROLE, 2]] as const) {
    const shown = keys.table.getByRole('row').nth(1).getByRole('cell').nth(cell).getByTitle(text);
    const lines = await shown.evaluate((shown) => shown.getBoundingClientRect().height / parseFloat(getComputedStyle(shown).lineHeight));
    expect(Math.round(lines)).toBe(2);
  }
});

test('the list tells which keys it shows, and each page starts at its top', async ({ page, keys, name, server }) => {
  const word = name('Pages');
  await insertKeys(server, names(word, 120));
  await keys.open(`/settings/api-keys?q=${encodeURIComponent(word)}`);
  for (const [leave, at] of [['Next page', '51–100'], ['Next page', '101–120'], ['Previous page', '51–100'], ['Previous page', '1–50']]) {
    await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
    await page.getByRole('link', { name: leave }).click();
    await expect(page.getByText(`${at} of 120`)).toBeVisible();
    await expect(keys.table.getByRole('row').nth(1)).toBeInViewport();
    await expect(keys.table.getByRole('columnheader', { name: 'Name' })).toBeInViewport();
  }
  await expect(keys.table.getByRole('row')).toHaveCount(51);
});

test('the heads of the columns stay in sight', async ({ page, keys, name, server }) => {
  const word = name('Sticky');
  await insertKeys(server, names(word, 50));
  await keys.open(`/settings/api-keys?q=${encodeURIComponent(word)}`);
  await page.evaluate(() => scrollTo(0, document.body.scrollHeight / 2));
  const head = keys.table.getByRole('columnheader', { name: 'Last used' });
  await expect(head).toBeInViewport();
  const { x, y, width, height } = (await head.boundingBox())!;
  const seen = await page.evaluate(([x, y]) => document.elementFromPoint(x, y)?.textContent, [x + width / 2, y + height / 2]);
  expect(seen).toContain('Last used');
});

test('Role, More filters and Sort by live in the URL', async ({ page, keys, name, server, makeKey }) => {
  const word = name('Chosen');
  const admin = await makeKey(`${word} b`, { role: 'Admin' });
  const brief = await makeKey(`${word} c`, { expiration: '7d' });
  const plain = await makeKey(`${word} a`);
  await server.sql("insert into api_key_use (api_key_id, last_used_at) select id, now() - interval '100 days' from api_key where name = $1", plain.name);
  await server.sql("update api_key set created_at = now() - interval '200 days' where name = $1", plain.name);
  await keys.open(`/settings/api-keys?q=${encodeURIComponent(word)}`);
  const first = keys.table.getByRole('row').nth(1);
  const cases: [string, string, RegExp, string[]][] = [
    ['Role', 'Admin', /role=/, [admin.name]],
    ['More filters', 'Never used', /only=never-used/, [brief.name, admin.name]],
    ['More filters', 'Unused for 90 days', /only=unused/, [plain.name]],
    ['More filters', 'Expiring in 7 days', /only=expiring/, [brief.name]],
    ['More filters', 'No expiration', /only=no-expiration/, [plain.name, admin.name]],
    ['More filters', 'Admin keys', /only=admin/, [admin.name]],
    ['Sort by', 'Name', /sort=name/, [plain.name, admin.name, brief.name]],
    ['Sort by', 'Last used', /sort=last-used/, [plain.name]],
    ['Sort by', 'Expires', /sort=expires/, [brief.name]],
  ];
  for (const [select, option, url, shown] of cases) {
    await page.getByRole('combobox', { name: select, exact: true }).selectOption({ label: option });
    await expect(page).toHaveURL(url);
    await expect(first, option).toContainText(shown[0]);
    if (select !== 'Sort by') {
      await expect(keys.table.getByRole('row'), option).toHaveCount(shown.length + 1);
      await expect(keys.filter('All')).toHaveText(`All ${shown.length}`);
    }
    await page.reload();
    await keys.running();
    await expect(first).toContainText(shown[0]);
    await expect(page.getByRole('combobox', { name: select, exact: true }).locator('option:checked')).toHaveJSProperty('label', option);
    await page.goBack();
    await expect(page).not.toHaveURL(url);
    await expect(keys.table.getByRole('row')).toHaveCount(4);
    await expect(page.getByRole('combobox', { name: select, exact: true }).locator('option:checked')).not.toHaveJSProperty('label', option);
  }
});

/** In the page: texts and buttons of a row that lie over each other or outside of the card. */
function overlaps(): string[] {
  const found: string[] = [];
  const card = document.querySelector('table')!.parentElement!.getBoundingClientRect();
  for (const row of document.querySelectorAll('tbody tr')) {
    const boxes = [...row.querySelectorAll('td > a, td > code, td > span, td > time, td > button')]
      .map((leaf) => ({ text: leaf.textContent || leaf.getAttribute('aria-label')!, box: leaf.getBoundingClientRect() }))
      .filter(({ box }) => box.width > 0);
    for (const { text, box } of boxes) {
      if (box.left < card.left || box.right > card.right + 0.5) found.push(`${text} leaves the card`);
    }
    for (const [i, a] of boxes.entries()) {
      for (const b of boxes.slice(i + 1)) {
        const over = a.box.left < b.box.right && b.box.left < a.box.right && a.box.top < b.box.bottom && b.box.top < a.box.bottom;
        if (over) found.push(`${a.text} lies over ${b.text}`);
      }
    }
  }
  return found;
}
