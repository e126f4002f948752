import { expect, test } from '../support/test';

test('View shows the facts, the secrets and the events of a key', async ({ page, keys, name, makeKey, whoami }) => {
  const key = await makeKey(name('Viewed'));
  await whoami(key.secret);
  await keys.open();
  await keys.chooseFromMenu(key.name, 'View');
  await expect(page).toHaveURL(`/settings/api-keys/${key.id}`);
  await expect(page).toHaveTitle(new RegExp(key.name));
  await expect(page.getByRole('heading', { name: key.name, level: 1 })).toBeVisible();
  await expect(page.getByRole('main')).toContainText(key.id);
  await expect(page.getByRole('main')).toContainText('by jane.doe@acme.example');
  await expect(page.getByRole('table', { name: 'Secrets' })).toContainText(`****${key.secret.slice(-4)}`);
  await expect(page.getByRole('table', { name: 'History' })).toContainText('Created');
  await page.goBack();
  await expect(keys.row(key.name)).toBeVisible();
});

test('rotating from its page keeps the history there', async ({ page, keys, name, makeKey, whoami }) => {
  const key = await makeKey(name('Turned'));
  await keys.open(`/settings/api-keys/${key.id}`);
  await page.getByRole('link', { name: 'Rotate' }).click();
  await keys.oldSecret('1 hour').check();
  await page.getByRole('button', { name: 'Rotate key' }).click();
  const secret = await keys.save();
  const secrets = page.getByRole('table', { name: 'Secrets' }).getByRole('row');
  await expect(secrets).toHaveCount(3);
  await expect(secrets.nth(1)).toContainText(`****${secret.slice(-4)}`);
  await expect(secrets.nth(1)).toContainText('Current');
  await expect(secrets.nth(2)).toContainText(/Still works.*in (1 hour|60 minutes)/);
  await expect(page.getByRole('table', { name: 'History' })).toContainText('Rotated');
  expect(await whoami(secret)).toBe('200 Viewer');
});

test('editing on its page tells the change among the events', async ({ page, keys, name, makeKey }) => {
  const key = await makeKey(name('Amended'));
  const renamed = name('Better');
  await keys.open(`/settings/api-keys/${key.id}`);
  await page.getByRole('link', { name: 'Edit' }).click();
  await page.getByLabel('Name', { exact: true }).fill(renamed);
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('heading', { name: renamed, level: 1 })).toBeVisible();
  await expect(page.getByRole('table', { name: 'History' })).toContainText(`Name changed from ${key.name} to ${renamed}`);
});

test('deleting from its page leads to the list, which says so', async ({ page, keys, name, makeKey, postForm }) => {
  const key = await makeKey(name('Leaving'));
  await postForm(key, 'revoke');
  await keys.open(`/settings/api-keys/${key.id}`);
  await page.getByRole('link', { name: 'Delete' }).click();
  await page.getByRole('button', { name: 'Delete key' }).click();
  await expect(page).toHaveURL(/\/settings\/api-keys$/);
  await expect(keys.status).toContainText(`${key.name} was deleted.`);
  await expect(keys.row(key.name)).toHaveCount(0);
});

test('a key that is not there says so', async ({ page, allow }) => {
  allow(/status of 404/);
  for (const id of ['apke_00000000000000000000000000', 'nonsense']) {
    expect((await page.goto(`/settings/api-keys/${id}`))?.status()).toBe(404);
    await expect(page.getByRole('main')).toContainText('This key does not exist any more');
    await expect(page.getByRole('link', { name: 'API Keys' })).toBeVisible();
  }
});
