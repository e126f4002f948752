import config from '../playwright.config';
import { expect, test, type Page } from '../support/test';
import { insertUnequal } from '../support/rows';

// A scroll bar of its own width comes and goes with the rows: it must move nothing.
test.use({ launchOptions: { ...config.use!.launchOptions, ignoreDefaultArgs: ['--hide-scrollbars'] } });

test('no filter, search, order or page moves a column', async ({ page, keys, name, server, makeKey, postForm }) => {
  test.slow();
  const word = name('Fixed');
  await insertUnequal(server, word);
  const revoked = await makeKey(`${word} revoked`);
  await postForm(revoked, 'revoke');
  const q = encodeURIComponent(word);
  const states = [
    ...['', `?q=${q}`, `?q=${q}%20n001`, `?q=${q}%20people`, `?q=${q}%20WWWW`, `?q=${encodeURIComponent(revoked.name)}`],
    ...['active', 'revoked', 'expired'].map((status) => `?status=${status}`),
    ...['name', 'last-used', 'expires'].map((sort) => `?q=${q}&sort=${sort}`),
  ];
  await keys.open();
  const fixed = await places(page);
  for (const state of states) {
    await page.goto(`/settings/api-keys${state}`);
    const shown = await keys.table.isVisible();
    expect(await places(page), state).toEqual(shown ? fixed : fixed.slice(0, -8));
  }
  await page.goto(`/settings/api-keys?q=${q}`);
  for (const at of ['51–100 of 121', '101–121 of 121']) {
    await page.getByRole('link', { name: 'Next page' }).click();
    await expect(page.getByText(at)).toBeVisible();
    expect(await places(page), at).toEqual(fixed);
  }
});

/** Where each column begins and how wide it is, and where what stands above the table does. */
function places(page: Page): Promise<(string | number)[][]> {
  const above = 'h1, #create, nav[aria-label="Account settings"], nav[aria-label="Filter by status"], [role=search] select, [type=search]';
  return page.locator(`${above}, thead th`).evaluateAll((all) =>
    all.map((one) => {
      const { x, y, width } = one.getBoundingClientRect();
      const isHead = one.tagName === 'TH';
      const what = isHead ? one.textContent! : one.getAttribute('name') || one.getAttribute('aria-label') || one.tagName;
      return [what, Math.round(x), Math.round(isHead ? width : y + scrollY)];
    }),
  );
}
