import { expect, test, type Page } from '../support/test';

// An account without keys has nothing to search.
test.beforeEach(async ({ makeKey, name }) => makeKey(name('Shortcut')).then(() => {}));
test.afterEach(async ({ server }) => server.sql('update member set shortcuts = true'));

test('? lists the shortcuts, and nothing is open over a field', async ({ page, keys }) => {
  await keys.open();
  await page.keyboard.press('?');
  const list = keys.dialog('Keyboard shortcuts');
  for (const what of ['Search', 'Create', 'shortcuts']) await expect(list).toContainText(what);
  await page.keyboard.press('c');
  await expect(keys.dialog('Create API key')).toHaveCount(0);
  await page.keyboard.press('Escape');
  await expect(list).toHaveCount(0);
  await keys.search.press('?');
  await keys.search.press('c');
  await expect(keys.search).toHaveValue('?c');
  await expect(list).toHaveCount(0);
});

test('switched off they do nothing, here, after a reload and in another browser', async ({ page, browser, keys, admin }) => {
  await keys.open();
  const saved = page.waitForResponse(/shortcuts/);
  await toggle(page);
  await (await saved).finished();
  await expectSilent(page);
  await page.reload();
  await keys.running();
  await expectSilent(page);

  const elsewhere = await browser.newContext({ baseURL: new URL(page.url()).origin, storageState: admin });
  const other = await elsewhere.newPage();
  await other.goto('/settings/api-keys');
  await expect(other.locator('html[data-alive]')).toBeAttached();
  await expectSilent(other);
  // Nothing tells assistive technology of keys that do nothing.
  await expect(other.locator('[aria-keyshortcuts]')).toHaveCount(0);
  await elsewhere.close();

  await toggle(page);
  await page.keyboard.press('Escape');
  await page.keyboard.press('c');
  await expect(keys.dialog('Create API key')).toBeVisible();
});

test('a switch that did not reach the server goes back', async ({ page, context, keys, allow }) => {
  allow(/ERR_INTERNET_DISCONNECTED/);
  await keys.open();
  await context.setOffline(true);
  await toggle(page);
  await expect(page.getByRole('switch', { name: 'Keyboard shortcuts' })).toBeChecked();
  await context.setOffline(false);
});

test('other keys with a modifier stay the browser’s', async ({ page, keys }) => {
  await keys.open();
  for (const key of ['Control+c', 'Alt+c', 'Meta+c', 'Control+/']) await page.keyboard.press(key);
  await expect(page.locator('dialog[open]')).toHaveCount(0);
  await expect(keys.search).not.toBeFocused();
});

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false });

  test('the switch is a form that comes back to where it was', async ({ page }) => {
    await page.goto('/settings/api-keys?status=active');
    await toggle(page);
    await expect(page).toHaveURL(/\?status=active$/);
    await page.getByRole('button', { name: 'Your menu' }).click();
    const control = page.getByRole('switch', { name: 'Keyboard shortcuts' });
    await expect(control).not.toBeChecked();
    await control.click();
    await page.getByRole('button', { name: 'Your menu' }).click();
    await expect(control).toBeChecked();
  });
});

async function toggle(page: Page) {
  const control = page.getByRole('switch', { name: 'Keyboard shortcuts' });
  if (!(await control.isVisible())) await page.getByRole('button', { name: 'Your menu' }).click();
  await control.click();
}

async function expectSilent(page: Page) {
  await page.getByRole('heading', { name: 'API keys', level: 1 }).click();
  for (const key of ['c', '?', '/']) await page.keyboard.press(key);
  await page.keyboard.press('Tab');
  await expect(page.locator('dialog[open]')).toHaveCount(0);
  await expect(page.getByRole('searchbox', { name: 'Search keys' })).not.toBeFocused();
  await expect(page.getByRole('searchbox', { name: 'Search keys' })).toHaveValue('');
}
