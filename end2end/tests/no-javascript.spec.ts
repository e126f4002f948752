import type { Page } from '@playwright/test';
import { ADMIN, expect, SIGNED_OUT, test } from '../support/test';
import { choose } from '../support/keys-tab';

test.use({ javaScriptEnabled: false });

test('the whole story of a key, by forms and links alone', async ({ page, keys, name, whoami }) => {
  const sync = name('Scriptless');
  await page.goto('/settings/api-keys');
  await keys.createButton.click();
  await expect(page.getByRole('heading', { name: 'Create API key' })).toBeVisible();
  await keys.fillCreate(sync, { role: 'Viewer', expiration: '90 days' });
  await page.getByRole('button', { name: 'Create key' }).click();
  const first = await saveOnPage(page);
  expect(await whoami(first)).toBe('200 Viewer');
  await expect(keys.row(sync)).toContainText(`****${first.slice(-4)}`);

  await keys.chooseFromMenu(sync, 'Rotate');
  await expect(page.getByRole('heading', { name: `Rotate ${sync}?` })).toBeVisible();
  await page.getByRole('button', { name: 'Rotate key' }).click();
  const second = await saveOnPage(page);
  expect(second).not.toBe(first);
  expect(await whoami(first)).toBe('401 invalid_credentials');
  expect(await whoami(second)).toBe('200 Viewer');

  await keys.chooseFromMenu(sync, 'Edit');
  await choose(page.getByLabel('Role', { exact: true }), 'Admin');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(keys.status).toContainText(`${sync} was saved.`);
  expect(await whoami(second)).toBe('200 Admin');

  await keys.chooseFromMenu(sync, 'Revoke');
  await page.getByLabel('Reason').fill('No longer needed');
  await page.getByRole('button', { name: 'Revoke key' }).click();
  await expect(keys.status).toContainText(`${sync} was revoked.`);
  await expect(keys.row(sync)).toContainText('Revoked');
  expect(await whoami(second)).toBe('401 api_key_revoked');
  await page.reload();
  await expect(keys.status).toBeEmpty();

  await keys.chooseFromMenu(sync, 'Delete');
  await page.getByRole('button', { name: 'Delete key' }).click();
  await expect(keys.status).toContainText(`${sync} was deleted.`);
  await expect(keys.row(sync)).toHaveCount(0);
  expect(await whoami(second)).toBe('401 invalid_credentials');
});

test('deleting an active key asks for its name', async ({ page, keys, name, makeKey, allow }) => {
  allow(/status of 422/);
  const key = await makeKey(name('Named'));
  await page.goto(`/settings/api-keys/${key.id}/delete`);
  await page.getByRole('button', { name: 'Delete key' }).click();
  const confirm = page.getByLabel(`Type ${key.name} to confirm`);
  await expect(confirm).toHaveAccessibleDescription(/exactly/);
  await confirm.fill(key.name);
  await page.getByRole('button', { name: 'Delete key' }).click();
  await expect(keys.row(key.name)).toHaveCount(0);
});

test('a secret pasted with a space before it finds its key', async ({ page, keys, name, makeKey }) => {
  const key = await makeKey(name('Spaced'));
  await page.goto('/settings/api-keys');
  await keys.search.focus();
  await page.keyboard.insertText(` ${key.secret}`);
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\?q=/);
  expect(page.url()).not.toContain(key.secret.slice(35, 45));
  await expect(keys.row(key.name)).toBeVisible();
  await expect(keys.table.getByRole('row')).toHaveCount(2);
});

test('mistakes are named on the form and nothing typed is lost', async ({ page, name, allow }) => {
  allow(/status of 422/);
  const kept = name('Kept');
  await page.goto('/settings/api-keys/new');
  await page.getByLabel('Name', { exact: true }).fill(kept);
  await choose(page.getByLabel('Expiration'), 'Custom date');
  await page.getByLabel('Expires on').fill('2020-01-31');
  await page.getByRole('button', { name: 'Create key' }).click();
  await expect(page.getByLabel('Role', { exact: true })).toHaveAccessibleDescription(/role/);
  await choose(page.getByLabel('Role', { exact: true }), 'Viewer');
  await page.getByRole('button', { name: 'Create key' }).click();
  await expect(page.getByLabel('Expires on')).toHaveAccessibleDescription(/not in the past/);
  await expect(page.getByLabel('Expires on')).toHaveValue('2020-01-31');
  await expect(page.getByLabel('Name', { exact: true })).toHaveValue(kept);
  await expect(page.getByLabel('Role', { exact: true }).locator('option:checked')).toHaveText(/^Viewer/);
});

test('an expired key is offered a new expiration that is not "keep"', async ({ page, server, name, makeKey, whoami }) => {
  const key = await makeKey(name('Overdue'), { expiration: '7d' });
  await server.expire(key.name);
  await page.goto(`/settings/api-keys/${key.id}/rotate`);
  await expect(page.getByLabel('Expiration').locator('option:checked')).toHaveText(/^90 days/);
  await page.getByRole('button', { name: 'Rotate key' }).click();
  expect(await whoami(await saveOnPage(page))).toBe('200 Viewer');
});

test('sending the new secret’s page again makes no second key', async ({ page, keys, name, allow }) => {
  allow(/status of 409/);
  const once = name('Once');
  await page.goto('/settings/api-keys/new');
  await keys.fillCreate(once);
  await page.getByRole('button', { name: 'Create key' }).click();
  await expect(keys.secretKey).toBeVisible();
  await page.reload();
  await expect(page.getByRole('alert')).toContainText('sent twice');
  await expect(keys.secretKey).toHaveCount(0);
  await page.goto(`/settings/api-keys?q=${encodeURIComponent(once)}`);
  await expect(keys.table.getByRole('row')).toHaveCount(2);
});

test('a rotation sent again is told so and kills nothing', async ({ page, keys, name, makeKey, whoami, allow }) => {
  allow(/status of 409/);
  const key = await makeKey(name('Twice'));
  await page.goto(`/settings/api-keys/${key.id}/rotate`);
  await page.getByRole('button', { name: 'Rotate key' }).click();
  const secret = await keys.secretKey.inputValue();
  await page.reload();
  await expect(page.getByRole('alert')).toContainText('has been rotated since');
  expect(await whoami(secret)).toBe('200 Viewer');
});

test('filter, search and pages work by links and forms', async ({ page, keys, name, makeKey, postForm }) => {
  const [active, revoked] = [await makeKey(name('Plain')), await makeKey(name('Plain struck'))];
  await postForm(revoked, 'revoke');
  await page.goto('/settings/api-keys');
  await keys.filter('Revoked').click();
  await expect(page).toHaveURL(/status=revoked/);
  await expect(keys.row(revoked.name)).toBeVisible();
  await expect(keys.row(active.name)).toHaveCount(0);
  await keys.search.fill('plain');
  await keys.search.press('Enter');
  await expect(page).toHaveURL(/status=revoked&q=plain/);
  await expect(keys.row(revoked.name)).toBeVisible();
});

test('a whole secret pasted into the search finds its key and never reaches a URL', async ({ page, keys, name, makeKey, server }) => {
  const key = await makeKey(name('Pasted'));
  const urls: string[] = [];
  page.on('request', (request) => urls.push(request.url()));
  await page.goto('/settings/api-keys');
  await paste(page, key.secret);
  await keys.search.press('Enter');
  await expect(keys.row(key.name)).toBeVisible();
  const part = key.secret.slice(36, -6);
  expect(urls.filter((url) => url.includes(part.slice(0, 8)))).toEqual([]);
  expect(server.output).not.toContain(part.slice(0, 8));
});

test('the theme is chosen by a form and remembered', async ({ page }) => {
  await page.emulateMedia({ colorScheme: 'light' });
  await page.goto('/settings/api-keys?status=active');
  await page.getByRole('button', { name: 'Your menu' }).click();
  await page.getByRole('button', { name: 'Dark' }).click();
  await expect(page).toHaveURL(/\?status=active$/);
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
});

test.describe('signed out', () => {
  test.use(SIGNED_OUT);
  test('signing in and out', async ({ page }) => {
    await page.goto('/');
    await page.getByLabel('Email').fill(ADMIN.email);
    await page.getByLabel('Password').fill(ADMIN.password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('button', { name: 'Your menu' }).click();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await expect(page.getByRole('button', { name: 'Sign in' })).toBeVisible();
  });
});

/** Reads the new secret on its page and goes on to the list. */
async function saveOnPage(page: Page): Promise<string> {
  await expect(page.getByRole('heading', { name: 'Save your API key' })).toBeVisible();
  await expect(page.getByText("You won't be able to view it again.")).toBeVisible();
  const secret = await page.getByLabel('Secret key').inputValue();
  await page.getByRole('button', { name: 'Done' }).click();
  await expect(page.getByRole('heading', { name: 'API keys' })).toBeVisible();
  return secret;
}

/** As a person does: the browser's own limits on what is entered apply. */
async function paste(page: Page, text: string) {
  await page.getByRole('searchbox', { name: 'Search keys' }).focus();
  await page.keyboard.insertText(text);
}
