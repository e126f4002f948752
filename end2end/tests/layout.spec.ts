import type { Page } from '@playwright/test';
import { expect, test } from '../support/test';

test.beforeEach(async ({ page }) => {
  await page.addInitScript(() => {
    const shifts: number[] = ((window as any).shifts = []);
    new PerformanceObserver((list) => list.getEntries().forEach((entry) => shifts.push((entry as any).value))).observe({
      type: 'layout-shift',
      buffered: true,
    });
  });
});

for (const width of [1280, 360]) {
  test(`nothing jumps while pages load and come alive, ${width} px`, async ({ page, keys, name, makeKey }) => {
    await page.setViewportSize({ width, height: 800 });
    const key = await makeKey(name('Still'), { expiration: '7d' });
    for (const path of ['/settings/api-keys', '/settings/api-keys?status=active', `/settings/api-keys/${key.id}`]) {
      await keys.open(path);
      await settled(page);
      expect(await shiftsOf(page), path).toEqual([]);
    }
    for (const path of ['/settings/api-keys/new', '/docs/errors', `/settings/api-keys/${key.id}/rotate`]) {
      await page.goto(path);
      await settled(page);
      expect(await shiftsOf(page), path).toEqual([]);
    }
  });
}

test('nothing jumps while dialogs and menus open and close', async ({ page, keys, name, makeKey }) => {
  const key = await makeKey(name('Steady'));
  await keys.open();
  const heading = page.getByRole('heading', { name: 'API keys' });
  const before = await heading.boundingBox();
  await keys.createButton.click();
  await expect(keys.dialog('Create API key')).toBeVisible();
  expect(await heading.boundingBox()).toEqual(before);
  await page.keyboard.press('Escape');
  await keys.menuButton(key.name).click();
  expect(await heading.boundingBox()).toEqual(before);
  await page.keyboard.press('Escape');
  expect(await heading.boundingBox()).toEqual(before);
});

test('a row changes in place', async ({ page, keys, name, makeKey }) => {
  const key = await makeKey(name('Placed'));
  await makeKey(name('Above'));
  await keys.open();
  const before = (await keys.row(key.name).boundingBox())!;
  await keys.chooseFromMenu(key.name, 'Revoke');
  await page.getByRole('button', { name: 'Revoke key' }).click();
  await expect(keys.row(key.name)).toContainText('Revoked');
  const after = (await keys.row(key.name).boundingBox())!;
  expect([after.y, after.height]).toEqual([before.y, before.height]);
});

test('hydration changes nothing that is on the page', async ({ page, keys, name, makeKey, browser, baseURL, admin }) => {
  const key = await makeKey(name('Same'));
  const plain = await browser.newContext({ javaScriptEnabled: false, baseURL, storageState: admin });
  const before = await plain.newPage();
  for (const path of [`/settings/api-keys?q=${encodeURIComponent(key.name)}`, `/settings/api-keys/${key.id}`]) {
    await before.goto(path);
    await keys.open(path);
    expect(await page.getByRole('main').ariaSnapshot()).toBe(await before.getByRole('main').ariaSnapshot());
  }
  await plain.close();
});

async function shiftsOf(page: Page): Promise<number[]> {
  return page.evaluate(() => (window as any).shifts);
}

/** Two frames later: what hydration changed is painted. */
async function settled(page: Page) {
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
}
