import type { Page } from '@playwright/test';
import { ADMIN, expect, SIGNED_OUT, test } from '../support/test';
import { whoami } from '../support/api';
import { choose, KeysTab } from '../support/keys-tab';

test('a double click creates one key', async ({ page, keys, name }) => {
  const once = name('Doubled');
  await keys.open();
  await keys.createButton.click();
  await keys.fillCreate(once);
  await page.getByRole('button', { name: 'Create key' }).dblclick();
  await keys.save();
  await expect(keys.row(once)).toHaveCount(1);
  await page.reload();
  await expect(keys.row(once)).toHaveCount(1);
});

test('two tabs rotate: the second is told so and nothing is killed', async ({ page, context, keys, name, makeKey, whoami, allow }) => {
  allow(/status of 409/);
  const key = await makeKey(name('Raced'));
  await keys.open();
  await keys.chooseFromMenu(key.name, 'Rotate');
  const other = await context.newPage();
  await other.goto(`/settings/api-keys/${key.id}/rotate`);
  await other.getByRole('button', { name: 'Rotate key' }).click();
  const secret = await other.getByLabel('Secret key').inputValue();

  await page.getByRole('button', { name: 'Rotate key' }).click();
  await expect(page.getByRole('alert')).toContainText('This key has been rotated since you opened this form');
  await expect(keys.reveal).toHaveCount(0);
  expect(await whoami(secret)).toBe('200 Viewer');
});

for (const action of ['Edit', 'Rotate', 'Revoke', 'Delete'] as const) {
  test(`a stale tab is told that its key was deleted: ${action}`, async ({ page, keys, name, makeKey, postForm, allow }) => {
    allow(/status of 404/);
    const key = await makeKey(name('Stale'));
    await keys.open();
    await postForm(key, 'delete', { confirm: key.name });
    await keys.chooseFromMenu(key.name, action);
    if (action === 'Delete') await page.getByLabel(/^Type/).fill(key.name);
    await page.locator('dialog[open]').getByRole('button').last().click();
    await expect(page.locator('dialog[open]').getByRole('alert')).toContainText('This key does not exist any more');
  });
}

test('a tab whose key was revoked meanwhile is told so', async ({ page, keys, name, makeKey, postForm, allow }) => {
  allow(/status of 409/);
  const key = await makeKey(name('Outrun'));
  await keys.open();
  await postForm(key, 'revoke');
  await keys.chooseFromMenu(key.name, 'Edit');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.locator('dialog[open]').getByRole('alert')).toContainText('This key is revoked');
});

test.describe('a session that ends meanwhile', () => {
  test.use(SIGNED_OUT);

  test('says so, keeps what was typed, and goes on after signing in', async ({ page, context, keys, name, allow }) => {
    allow(/status of 401/);
    const typed = name('Interrupted');
    await page.goto('/login');
    await signIn(page);
    await keys.open();
    await keys.createButton.click();
    await keys.fillCreate(typed, { expiration: '30 days' });
    const elsewhere = await context.newPage();
    await elsewhere.goto('/settings/api-keys');
    await elsewhere.getByRole('button', { name: 'Your menu' }).click();
    await elsewhere.getByRole('button', { name: 'Sign out' }).click();
    await expect(elsewhere.getByRole('button', { name: 'Sign in' })).toBeVisible();

    await page.getByRole('button', { name: 'Create key' }).click();
    await expect(page.getByRole('alert')).toContainText('Your session has ended');
    await expect(page.getByLabel('Name', { exact: true })).toHaveValue(typed);
    await expect(page.getByLabel('Expiration')).toHaveValue('30d');

    const [again] = await Promise.all([context.waitForEvent('page'), page.getByRole('link', { name: /Sign in/ }).click()]);
    await signIn(again);
    await page.getByRole('button', { name: 'Create key' }).click();
    await keys.save();
    await expect(keys.row(typed)).toHaveCount(1);
  });

  test('leads through signing in to what was asked for', async ({ page, context, keys }) => {
    await page.goto('/login');
    await signIn(page);
    await keys.open();
    await context.clearCookies();
    await keys.filter('Revoked').click();
    await expect(page.getByRole('button', { name: 'Sign in' })).toBeVisible();
    await signIn(page);
    await expect(page).toHaveURL(/\?status=revoked$/);
  });
});

test('a lost connection says so and Try again goes on with what was typed', async ({ page, context, keys, name, allow }) => {
  allow(/ERR_INTERNET_DISCONNECTED/);
  const typed = name('Offline');
  await keys.open();
  await keys.createButton.click();
  await keys.fillCreate(typed, { role: 'Admin', expiration: '60 days' });
  await context.setOffline(true);
  await page.getByRole('button', { name: 'Create key' }).click();
  await expect(page.getByRole('alert')).toContainText('The connection was lost');
  await expect(page.getByLabel('Name', { exact: true })).toHaveValue(typed);
  await expect(page.getByLabel('Expiration')).toHaveValue('60d');
  await context.setOffline(false);
  await page.getByRole('button', { name: 'Try again' }).click();
  await keys.save();
  await expect(keys.row(typed)).toHaveCount(1);
});

test('a list that did not load is asked for again', async ({ page, context, keys, name, makeKey, postForm, allow }) => {
  allow(/ERR_INTERNET_DISCONNECTED/);
  const key = await makeKey(name('Reloaded'));
  await postForm(key, 'revoke');
  await keys.open();
  await context.setOffline(true);
  await keys.filter('Revoked').click();
  await expect(page.getByRole('alert')).toContainText('The connection was lost');
  await context.setOffline(false);
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(keys.row(key.name)).toBeVisible();
  await expect(page.getByRole('alert')).toHaveCount(0);
});

test('a late answer takes no secret off the screen', async ({ page, keys, name, makeKey, whoami }) => {
  const slow = await makeKey(name('Slow'));
  await keys.open();
  let answer = () => {};
  const asked = new Promise<void>((resolve) => (answer = resolve));
  await page.route('**/console/revoke-key', async (route) => {
    const response = await route.fetch();
    await asked;
    await route.fulfill({ response });
  });
  await keys.chooseFromMenu(slow.name, 'Revoke');
  await page.getByRole('button', { name: 'Revoke key' }).click();
  await page.keyboard.press('Escape');
  await keys.createButton.click();
  await keys.fillCreate(name('Meanwhile'));
  await page.getByRole('button', { name: 'Create key' }).click();
  await expect(keys.reveal).toBeVisible();
  const late = page.waitForResponse('**/console/revoke-key');
  answer();
  await (await late).finished();
  await page.evaluate(() => new Promise((done) => setTimeout(done, 200)));
  const secret = await keys.save();
  expect(await whoami(secret)).toBe('200 Viewer');
  await expect(keys.row(slow.name)).toContainText('Revoked');
});

for (const end of ['Cancel', 'Save']) test(`a secret that comes after its form was closed is shown once nothing else is open: ${end}`, async ({ page, keys, name, makeKey, whoami }) => {
  const other = await makeKey(name('Other'));
  await keys.open();
  let answer = () => {};
  const asked = new Promise<void>((resolve) => (answer = resolve));
  await page.route('**/console/create-key', async (route) => {
    const response = await route.fetch();
    await asked;
    await route.fulfill({ response });
  });
  await keys.createButton.click();
  await keys.fillCreate(name('Late'));
  await page.getByRole('button', { name: 'Create key' }).click();
  await page.keyboard.press('Escape');
  await keys.chooseFromMenu(other.name, 'Edit');
  const field = page.getByLabel('Name', { exact: true });
  const typed = name('Half typed');
  await field.fill(typed);
  const late = page.waitForResponse('**/console/create-key');
  answer();
  await (await late).finished();
  await expect(field).toHaveValue(typed);
  await expect(keys.reveal).toHaveCount(0);
  await page.getByRole('button', { name: end }).click();
  expect(await whoami(await keys.save())).toBe('200 Viewer');
});

test('a key that has become active meanwhile asks for its name', async ({ page, keys, name, makeKey, server, allow }) => {
  allow(/status of 422/);
  const key = await makeKey(name('Back again'));
  await server.expire(key.name);
  await keys.open();
  await server.sql('update api_key set expires_at = null where name = $1', key.name);
  await keys.chooseFromMenu(key.name, 'Delete');
  await page.getByRole('button', { name: 'Delete key' }).click();
  await page.getByRole('textbox', { name: `Type ${key.name} to confirm` }).fill(key.name);
  await page.getByRole('button', { name: 'Delete key' }).click();
  await expect(keys.row(key.name)).toHaveCount(0);
});

test('a database that dies in the middle says so, and all goes on when it is back', async ({ browser, freshServer }) => {
  const storageState = await freshServer.setUp();
  const context = await browser.newContext({ baseURL: freshServer.url, storageState });
  const page = await context.newPage();
  const keys = new KeysTab(page);
  await keys.open();
  const secret = await keys.create('Before');
  await keys.createButton.click();
  await keys.fillCreate('After', { role: 'Admin', expiration: '30 days' });
  await freshServer.stopDatabase();

  await page.getByRole('button', { name: 'Create key' }).click();
  await expect(page.getByRole('alert')).toContainText("The database can't be reached");
  await expect(page.getByLabel('Name', { exact: true })).toHaveValue('After');
  expect(await whoami(freshServer, secret)).toBe('503 service_unavailable');
  const other = await context.newPage();
  expect((await other.goto('/settings/api-keys'))?.status()).toBe(503);
  await expect(other.getByRole('main')).toContainText("The database can't be reached");

  await freshServer.startDatabase();
  await page.getByRole('button', { name: 'Try again' }).click();
  await keys.save();
  await expect(keys.row('After')).toHaveCount(1);
  expect(await whoami(freshServer, secret)).toBe('200 Viewer');
  await context.close();
});

test('an answer lost on its way makes no second key', async ({ page, keys, name, allow }) => {
  allow(/ERR_FAILED|ERR_CONNECTION|status of 409/);
  const typed = name('Half heard');
  await keys.open();
  await keys.createButton.click();
  await keys.fillCreate(typed);
  // The server does its work, and its answer never arrives.
  await page.route('**/console/create-key', async (route) => {
    await route.fetch();
    await route.abort();
  }, { times: 1 });
  await page.getByRole('button', { name: 'Create key' }).click();
  await expect(page.getByRole('alert')).toContainText('The connection was lost');
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(page.getByRole('alert')).toContainText('The key was created once');
  await page.keyboard.press('Escape');
  await page.reload();
  await expect(keys.row(typed)).toHaveCount(1);
});

for (const what of ['a failing server', 'an ended session']) {
  test(`${what} behind an open secret does not take it away`, async ({ page, context, keys, name, allow }) => {
    allow(/status of 503/);
    await keys.open();
    await keys.createButton.click();
    await keys.fillCreate(name('Held'));
    // After the key is made, the list behind its secret can't be read any more.
    await page.route('**/console/create-key', async (route) => {
      const response = await route.fetch();
      if (what === 'a failing server') await page.route('**/settings/api-keys', (list) => list.fulfill({ status: 503 }));
      else await context.clearCookies();
      await route.fulfill({ response });
    });
    const asked: string[] = [];
    page.on('request', (request) => asked.push(new URL(request.url()).pathname));
    await page.getByRole('button', { name: 'Create key' }).click();
    await expect(keys.reveal).toBeVisible();
    await expect(keys.secretKey).toHaveValue(/^aug_sk_/);
    await page.evaluate(() => new Promise((done) => setTimeout(done)));
    await expect(keys.reveal).toBeVisible();
    // The list waits for Done: a page that had to be left for another would take the secret along.
    expect(asked.filter((path) => path !== '/console/create-key')).toEqual([]);
  });
}

for (const hostile of ['<script>alert(1)</script>', '"><img src=x onerror=alert(1)>', "'; drop table api_key; --", 'مفتاح المستودع', '🔑 👩‍👩‍👧‍👦', 'W'.repeat(70), '%2e%2e/../{{7*7}}']) {
  test(`a name is only a name: ${hostile.slice(0, 30)}`, async ({ page, keys, name, whoami }) => {
    page.on('dialog', () => expect(false, 'a script ran').toBe(true));
    const key = name(hostile);
    await page.setViewportSize({ width: 360, height: 800 });
    await keys.open();
    const secret = await keys.create(key);
    await expect(keys.status).toContainText(`${key} was created.`);
    await expect(keys.row(key)).toBeVisible();
    expect(await whoami(secret)).toBe('200 Viewer');
    const sideways = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    expect(sideways).toBe(0);
    await keys.chooseFromMenu(key, 'Delete');
    await page.getByRole('textbox', { name: `Type ${key} to confirm` }).fill(key);
    await page.getByRole('button', { name: 'Delete key' }).click();
    await expect(keys.row(key)).toHaveCount(0);
  });
}

test('too much text is refused on a page that says so', async ({ page, allow }) => {
  allow(/status of 413/);
  await page.goto('/settings/api-keys/new');
  await page.getByLabel('Name', { exact: true }).fill('x'.repeat(70_000));
  await choose(page.getByLabel('Role', { exact: true }), 'Viewer');
  await page.getByRole('button', { name: 'Create key' }).click();
  await expect(page.getByRole('heading', { name: 'That is too much text' })).toBeVisible();
});

test('the same in the dialog', async ({ page, keys, allow }) => {
  allow(/status of 413/);
  await keys.open();
  await keys.createButton.click();
  await keys.fillCreate('x'.repeat(70_000));
  await page.getByRole('button', { name: 'Create key' }).click();
  await expect(page.locator('dialog[open]')).toContainText(/too much|at most/);
  await expect(page.getByLabel('Name', { exact: true })).not.toHaveValue('');
});

test.describe('a member who is no admin', () => {
  test.use(SIGNED_OUT);
  test('is told why the tab is closed to them', async ({ page, server, allow }) => {
    allow(/status of 403/);
    const viewer = { email: `viewer-${test.info().workerIndex}@acme.example`, password: 'a viewer’s password' };
    await server.addMember(viewer.email, 'Viewer', viewer.password);
    await page.goto('/login');
    await signIn(page, viewer);
    await expect(page.getByRole('main')).toContainText('Only admins can create and manage API keys.');
    await expect(page.getByRole('link', { name: 'API Keys' })).toHaveCount(0);
    for (const path of ['/settings/api-keys', '/settings/api-keys/new', '/settings/api-keys/apke_00000000000000000000000000']) {
      expect((await page.goto(path))?.status()).toBe(403);
      await expect(page.getByRole('main')).toContainText('Only admins can create and manage API keys.');
    }
    await page.getByRole('button', { name: 'Your menu' }).click();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await expect(page.getByRole('button', { name: 'Sign in' })).toBeVisible();
  });
});

async function signIn(page: Page, { email, password } = ADMIN) {
  await page.getByLabel('Email').fill(email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL(/\/settings\//);
}
