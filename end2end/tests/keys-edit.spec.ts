import { expect, test } from '../support/test';
import { choose } from '../support/keys-tab';

test('a new role applies to the very next request', async ({ page, keys, name, makeKey, whoami }) => {
  const key = await makeKey(name('Promoted'), { role: 'Viewer' });
  const renamed = name('Renamed');
  await keys.open();
  await keys.chooseFromMenu(key.name, 'Edit');
  await expect(keys.dialog(`Edit ${key.name}`)).toBeVisible();
  await expect(page.getByLabel('Name', { exact: true })).toHaveValue(key.name);
  await page.getByLabel('Name', { exact: true }).fill(renamed);
  await choose(page.getByLabel('Role', { exact: true }), 'Admin');
  await page.getByRole('button', { name: 'Save' }).click();

  await expect(keys.status).toContainText(`${renamed} was saved.`);
  await expect(keys.row(renamed).getByRole('cell', { name: 'Admin' })).toBeVisible();
  await expect(keys.row(key.name)).toHaveCount(0);
  expect(await whoami(key.secret)).toBe('200 Admin');
});

test('a mistake is named and nothing typed is lost', async ({ page, keys, name, makeKey, allow }) => {
  allow(/status of 422/);
  const key = await makeKey(name('Unchanged'));
  await keys.open();
  await keys.chooseFromMenu(key.name, 'Edit');
  await page.getByLabel('Name', { exact: true }).fill('');
  await choose(page.getByLabel('Role', { exact: true }), 'Admin');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByLabel('Name', { exact: true })).toHaveAccessibleDescription(/Enter a name/);
  await expect(page.getByLabel('Role', { exact: true }).locator('option:checked')).toHaveText(/^Admin/);
  await page.getByRole('button', { name: 'Cancel' }).click();
  await expect(keys.row(key.name)).toBeVisible();
});
