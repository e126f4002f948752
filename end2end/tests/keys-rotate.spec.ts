import { expect, test } from '../support/test';
import { choose } from '../support/keys-tab';

test('the old secret stops at once and the new one works', async ({ page, keys, name, makeKey, whoami }) => {
  const key = await makeKey(name('Rotated'));
  await keys.open();
  await keys.chooseFromMenu(key.name, 'Rotate');
  const dialog = keys.dialog(`Rotate ${key.name}?`);
  await expect(keys.oldSecret('Stops working immediately')).toBeChecked();
  await expect(dialog.getByLabel('Expiration')).toHaveValue('keep');
  await page.getByRole('button', { name: 'Rotate key' }).click();
  await expect(keys.reveal).toBeVisible();

  const secret = await keys.secretKey.inputValue();
  expect(await whoami(key.secret)).toBe('401 invalid_credentials');
  expect(await whoami(secret)).toBe('200 Viewer');
  await keys.save();
  await expect(keys.status).toContainText(`${key.name} was rotated.`);
  await expect(keys.row(key.name)).toContainText(`****${secret.slice(-4)}`);
});

test('an overlap lets both secrets work and the row tells how long', async ({ page, keys, name, makeKey, whoami }) => {
  const key = await makeKey(name('Overlapping'));
  await keys.open();
  await keys.chooseFromMenu(key.name, 'Rotate');
  await keys.oldSecret('24 hours').check();
  await page.getByRole('button', { name: 'Rotate key' }).click();
  const secret = await keys.save();
  expect(await whoami(key.secret)).toBe('200 Viewer');
  expect(await whoami(secret)).toBe('200 Viewer');
  await expect(keys.row(key.name)).toContainText(/Old secret works for 2[34] hours/);
});

test('a rotation can set a new expiration', async ({ page, keys, name, makeKey }) => {
  const key = await makeKey(name('Prolonged'));
  await keys.open();
  await expect(keys.row(key.name).getByRole('cell').nth(5)).toHaveText('Never');
  await keys.chooseFromMenu(key.name, 'Rotate');
  await choose(page.getByLabel('Expiration'), '1 year');
  await page.getByRole('button', { name: 'Rotate key' }).click();
  await keys.save();
  const year = String(new Date(Date.now() + 365 * 86_400_000).getUTCFullYear());
  await expect(keys.row(key.name).getByRole('cell').nth(5)).toContainText(year);
});

test('an expired key comes back with a new expiration only', async ({ page, server, keys, name, makeKey, whoami }) => {
  const key = await makeKey(name('Expired'), { expiration: '7d' });
  await server.expire(key.name);
  await keys.open();
  await expect(keys.row(key.name)).toContainText('Expired');
  await keys.chooseFromMenu(key.name, 'Rotate');
  await expect(page.getByLabel('Expiration').locator('option')).not.toContainText(['Keep current']);
  await page.getByRole('button', { name: 'Rotate key' }).click();
  const secret = await keys.save();
  await expect(keys.row(key.name)).toContainText('Active');
  expect(await whoami(secret)).toBe('200 Viewer');
});
