import { expect, test } from '../support/test';

test('c creates and / searches, while nothing is being typed', async ({ page, keys, name, makeKey }) => {
  // Without a key there is nothing to search.
  await makeKey(name('Found'));
  await keys.open();
  await page.keyboard.press('/');
  await expect(keys.search).toBeFocused();
  await expect(keys.search).toHaveValue('');
  await page.keyboard.type('c/');
  await expect(keys.search).toHaveValue('c/');
  await keys.search.fill('');
  await keys.search.blur();
  await page.keyboard.press('c');
  await expect(keys.dialog('Create API key')).toBeVisible();
  await expect(page.getByLabel('Name', { exact: true })).toBeFocused();
  await expect(page.getByLabel('Name', { exact: true })).toHaveValue('');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+c');
  await expect(page.getByRole('dialog')).toHaveCount(0);
});

test('a key is made, rotated and revoked without a mouse', async ({ page, keys, name, whoami }) => {
  const sync = name('Typed');
  await keys.open();
  await keys.createButton.focus();
  await page.keyboard.press('Enter');
  await expect(page.getByLabel('Name', { exact: true })).toBeFocused();
  await page.keyboard.type(sync);
  await page.keyboard.press('Tab');
  await page.keyboard.type('Viewer');
  await page.keyboard.press('Tab');
  await page.keyboard.type('No exp');
  await page.keyboard.press('Tab');
  await expect(page.getByLabel('Note', { exact: true })).toBeFocused();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  await expect(page.getByRole('button', { name: 'Create key' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(keys.secretKey).toBeFocused();
  const first = await keys.secretKey.inputValue();
  expect(await page.evaluate(() => getSelection()?.toString())).toBe(first);
  await page.keyboard.press('Tab');
  await expect(page.getByRole('button', { name: 'Copy', exact: true })).toBeFocused();
  for (const stop of ['tab', 'button', 'tabpanel', 'button'] as const) {
    await page.keyboard.press('Tab');
    await expect(page.locator(':focus')).toHaveRole(stop);
  }
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: 'Keep open' })).toBeFocused();
  await page.keyboard.press('Shift+Tab');
  await page.keyboard.press('Enter');
  await expect(keys.createButton).toBeFocused();

  await keys.menuButton(sync).focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('menuitem', { name: 'View' })).toBeFocused();
  await page.keyboard.press('r');
  await expect(page.getByRole('menuitem', { name: 'Rotate' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(keys.dialog(`Rotate ${sync}?`)).toBeVisible();
  await page.getByRole('button', { name: 'Rotate key' }).focus();
  await page.keyboard.press('Enter');
  await expect(keys.secretKey).toBeFocused();
  expect(await whoami(first)).toBe('401 invalid_credentials');
  await keys.save();
  await expect(keys.menuButton(sync)).toBeFocused();
});

test('a form that comes late gets focus all the same', async ({ page, keys }) => {
  let answer = () => {};
  const opened = new Promise<void>((resolve) => (answer = resolve));
  await page.route('**/console/key-choices', async (route) => {
    await opened;
    await route.continue();
  });
  await keys.open();
  await keys.createButton.click();
  await expect(keys.dialog('Create API key')).toContainText('Loading');
  answer();
  await expect(page.getByLabel('Name', { exact: true })).toBeFocused();
});

test('a menu takes arrow keys, Home, End and Escape', async ({ page, keys, name, makeKey }) => {
  const key = await makeKey(name('Arrowed'));
  await keys.open();
  const item = (label: string) => page.getByRole('menuitem', { name: label });
  await keys.menuButton(key.name).focus();
  await page.keyboard.press('ArrowDown');
  await expect(item('View')).toBeFocused();
  await page.keyboard.press('ArrowDown');
  await expect(item('Edit')).toBeFocused();
  await page.keyboard.press('End');
  await expect(item('Delete')).toBeFocused();
  await page.keyboard.press('ArrowDown');
  await expect(item('View')).toBeFocused();
  await page.keyboard.press('ArrowUp');
  await expect(item('Delete')).toBeFocused();
  await page.keyboard.press('Home');
  await expect(item('View')).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(item('View')).toBeHidden();
  await expect(keys.menuButton(key.name)).toBeFocused();
});

test('each dialog keeps focus inside and gives it back', async ({ page, keys, name, makeKey }) => {
  const key = await makeKey(name('Framed'));
  await keys.open();
  for (const action of ['Edit', 'Rotate', 'Revoke', 'Delete']) {
    await keys.chooseFromMenu(key.name, action);
    const dialog = page.locator('dialog[open]');
    await expect(dialog).toBeVisible();
    for (let i = 0; i < 8; i += 1) {
      await page.keyboard.press('Tab');
      // Between two rounds focus visits the browser's own controls, which the page sees as its body.
      const inside = () => document.activeElement === document.body || !!document.activeElement?.closest('dialog');
      expect(await page.evaluate(inside)).toBe(true);
    }
    await page.keyboard.press('Escape');
    await expect(dialog).toBeHidden();
    await expect(keys.menuButton(key.name)).toBeFocused();
  }
});

test('the first stop skips to the content', async ({ page, keys }) => {
  await keys.open();
  await page.keyboard.press('Tab');
  const skip = page.getByRole('link', { name: 'Skip to content' });
  await expect(skip).toBeFocused();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  await expect(keys.createButton).toBeFocused();
});

test('the theme is chosen by keyboard and remembered', async ({ page, keys }) => {
  await page.emulateMedia({ colorScheme: 'light' });
  await keys.open();
  const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const light = await background();
  await page.getByRole('button', { name: 'Your menu' }).press('Enter');
  await page.getByRole('button', { name: 'Dark' }).press('Enter');
  await expect.poll(background).not.toBe(light);
  await page.reload();
  expect(await background()).not.toBe(light);
});
