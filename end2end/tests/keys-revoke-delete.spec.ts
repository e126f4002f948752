import { expect, test } from '../support/test';

test('a revoked key is refused at once and its row stays', async ({ page, keys, name, makeKey, whoami }) => {
  const key = await makeKey(name('Revoked'));
  expect(await whoami(key.secret)).toBe('200 Viewer');
  await keys.open();
  await keys.chooseFromMenu(key.name, 'Revoke');
  const dialog = page.getByRole('alertdialog', { name: `Revoke ${key.name}?` });
  await expect(dialog).toContainText('cannot be undone');
  await expect(dialog).toContainText(/Last used|Never used/);
  await page.getByLabel('Reason').fill('Leaked in a screenshot');
  await page.getByRole('button', { name: 'Revoke key' }).click();

  await expect(dialog).toBeHidden();
  expect(await whoami(key.secret)).toBe('401 api_key_revoked');
  await expect(keys.status).toContainText(`${key.name} was revoked.`);
  await expect(keys.row(key.name).getByRole('cell', { name: 'Revoked', exact: true })).toBeVisible();
  await expect(keys.menuButton(key.name)).toBeFocused();

  await keys.menuButton(key.name).click();
  await expect(page.getByRole('menuitem')).toHaveText(['View', 'Delete']);
  await page.getByRole('menuitem', { name: 'View' }).click();
  await expect(page.getByText('Leaked in a screenshot').first()).toBeVisible();
});

test('an expired key is refused and listed under Expired', async ({ page, server, keys, name, makeKey, whoami }) => {
  const key = await makeKey(name('Lapsed'), { expiration: '7d' });
  await server.expire(key.name);
  expect(await whoami(key.secret)).toBe('401 api_key_expired');
  await keys.open();
  await keys.filter('Expired').click();
  await expect(keys.row(key.name)).toContainText('Expired');
  await keys.menuButton(key.name).click();
  await expect(page.getByRole('menuitem')).toHaveText(['View', 'Edit', 'Rotate', 'Revoke', 'Delete']);
});

test('deleting an active key asks for its name, then it is gone', async ({ page, keys, name, makeKey, whoami, allow }) => {
  allow(/status of 422/);
  const key = await makeKey(name('Deleted'));
  await keys.open();
  await keys.chooseFromMenu(key.name, 'Delete');
  const dialog = keys.dialog(`Delete ${key.name}?`);
  await expect(dialog).toContainText('logs');
  const confirm = dialog.getByRole('textbox');
  await expect(confirm).toBeFocused();
  await confirm.fill(key.name.toUpperCase());
  await page.getByRole('button', { name: 'Delete key' }).click();
  await expect(confirm).toHaveAccessibleDescription(/exactly/);
  await expect(confirm).toBeFocused();
  expect(await whoami(key.secret)).toBe('200 Viewer');

  await confirm.fill(key.name);
  await page.getByRole('button', { name: 'Delete key' }).click();
  await expect(dialog).toBeHidden();
  await expect(keys.status).toContainText(`${key.name} was deleted.`);
  await expect(keys.row(key.name)).toHaveCount(0);
  expect(await whoami(key.secret)).toBe('401 invalid_credentials');
  // The button that opened it is gone: focus goes on nearby, not to the page's start.
  await expect(page.locator('body')).not.toBeFocused();
});

test('deleting a revoked key asks for nothing', async ({ page, keys, name, makeKey, postForm }) => {
  const key = await makeKey(name('Cleared away'));
  await postForm(key, 'revoke');
  await keys.open();
  await keys.chooseFromMenu(key.name, 'Delete');
  await expect(keys.dialog(`Delete ${key.name}?`).getByRole('textbox')).toHaveCount(0);
  await page.getByRole('button', { name: 'Delete key' }).click();
  await expect(keys.row(key.name)).toHaveCount(0);
});
