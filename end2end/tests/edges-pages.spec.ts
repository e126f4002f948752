import { expect, test, type Page } from '../support/test';
import { makeKey } from '../support/api';

test('a page that does not exist keeps the frame', async ({ page, allow }) => {
  allow(/status of 404/);
  for (const path of ['/settings/nowhere', '/settings/api-keys/apke_00000000000000000000000000', '/settings/api-keys/apke_00000000000000000000000000/rotate']) {
    expect((await page.goto(path))!.status()).toBe(404);
    await expect(page.getByRole('navigation', { name: 'Account settings' }), path).toBeVisible();
    await expect(page.getByRole('button', { name: 'Your menu' }), path).toBeVisible();
    await expect(page.getByRole('link', { name: 'Augno' }), path).toBeVisible();
  }
});

test('without its database the console keeps its frame and offers Try again', async ({ page, keys, name, freshServer, allow }) => {
  allow(/status of 503/);
  await freshServer.setUp();
  await page.context().addCookies(freshServer.admin.cookies);
  await makeKey(freshServer, freshServer.admin, name('Kept'));
  await keys.open(`${freshServer.url}/settings/api-keys`);
  await freshServer.stopDatabase();
  await keys.filter('Revoked').click();
  await expect(page.getByRole('alert')).toContainText(/database/);
  await expect(page.getByRole('button', { name: 'Try again' })).toBeVisible();
  expect((await page.goto(`${freshServer.url}/settings/api-keys?status=active`))!.status()).toBe(503);
  await expect(page.getByRole('link', { name: 'Augno' })).toBeVisible();
  await expect(page.getByRole('navigation', { name: 'Account settings' })).toBeVisible();
  const again = page.getByRole('link', { name: 'Try again' }).or(page.getByRole('button', { name: 'Try again' }));
  await expect(again).toBeVisible();
  await freshServer.startDatabase();
  await expect(async () => {
    if (await again.isVisible()) await again.click();
    await expect(page.getByRole('heading', { name: 'API keys', level: 1 })).toBeVisible({ timeout: 1_000 });
  }).toPass();
  await expect(page).toHaveURL(/status=active/);
});

test('every id that an attribute names exists, on every page and in every dialog', async ({ page, keys, name, makeKey, postForm, allow }) => {
  test.slow();
  allow(/status of 4\d\d/);
  const key = await makeKey(name('Named ids'), { expiration: '7d' });
  await postForm(key, 'rotate', { old_secret: '24h', expiration: 'keep' });
  const at = `/settings/api-keys/${key.id}`;
  for (const path of ['/settings/api-keys', at, '/settings/api-keys/new', `${at}/edit`, `${at}/rotate`, `${at}/revoke`, `${at}/delete`, '/docs/errors', '/nowhere', '/settings/api-keys?q=nothing%20at%20all']) {
    await page.goto(path);
    expect(await missingIds(page), path).toEqual([]);
  }
  await keys.open();
  for (const action of ['Edit', 'Revoke', 'Delete', 'Rotate']) {
    await keys.chooseFromMenu(key.name, action);
    await expect(page.locator('dialog[open] form')).toBeVisible();
    expect(await missingIds(page), action).toEqual([]);
    await page.getByRole('button', { name: 'Cancel' }).click();
  }
  await keys.createButton.click();
  await page.getByRole('button', { name: 'Create key' }).click();
  await expect(page.getByLabel('Name', { exact: true })).toHaveAttribute('aria-invalid', 'true');
  expect(await missingIds(page), 'Create with mistakes').toEqual([]);
  await keys.fillCreate(name('Ids'));
  await page.keyboard.press('Escape');
  await expect(page.getByRole('alertdialog')).toBeVisible();
  expect(await missingIds(page), 'the question').toEqual([]);
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Create key' }).click();
  await expect(keys.reveal).toBeVisible();
  expect(await missingIds(page), 'the secret').toEqual([]);
  await page.getByRole('button', { name: 'Done' }).click();
  expect(await missingIds(page), 'closing without saving').toEqual([]);
});

test('the brand leads home, and the icons are there', async ({ page, request, keys, name, makeKey }) => {
  const key = await makeKey(name('Brand'));
  await page.goto(`/settings/api-keys/${key.id}`);
  await page.getByRole('link', { name: 'Augno' }).click();
  await expect(page).toHaveURL(/\/settings\/api-keys$/);
  await expect(keys.row(key.name)).toBeVisible();
  for (const icon of ['/favicon.ico', '/apple-touch-icon.png']) {
    const answer = await request.get(icon);
    expect(answer.status(), icon).toBe(200);
    expect(answer.headers()['content-type'], icon).toMatch(/^image\//);
  }
});

test('titles name filter and search', async ({ page, keys, name, makeKey }) => {
  await makeKey(name('Titled'));
  await keys.open('/settings/api-keys?status=active&q=titled');
  await expect(page).toHaveTitle(/API keys.*Active.*titled/);
  await keys.search.fill('titled 0');
  await expect(page).toHaveTitle(/titled 0/);
  await keys.filter('Revoked').click();
  await expect(page).toHaveTitle(/Revoked/);
  await page.goto('/settings/api-keys?only=unused&sort=name');
  await expect(page).toHaveTitle(/Unused for 90 days/);
});

test('a print shows the list without what only a screen can use', async ({ page, keys, name, makeKey }) => {
  const key = await makeKey(name('Printed'));
  await keys.open();
  await page.emulateMedia({ media: 'print' });
  await expect(keys.row(key.name)).toBeVisible();
  await expect(page.getByRole('navigation', { name: 'Account settings' })).toBeHidden();
  await expect(page.locator('button:visible, input:visible, select:visible')).toHaveCount(0);
});

test.describe('where touch is the pointer', () => {
  test.use({ hasTouch: true, isMobile: true, viewport: { width: 390, height: 800 } });

  test('no field is smaller than 16 px, so that none zooms the page', async ({ page, keys, name, makeKey }) => {
    const key = await makeKey(name('Touched'));
    const at = `/settings/api-keys/${key.id}`;
    for (const path of ['/settings/api-keys', '/settings/api-keys/new', `${at}/edit`, `${at}/rotate`, `${at}/revoke`, `${at}/delete`]) {
      await page.goto(path);
      expect(await smallFields(page), path).toEqual([]);
    }
    await page.context().clearCookies();
    await page.goto('/login');
    expect(await smallFields(page), '/login').toEqual([]);
  });
});

/** Ids that attributes name and no element has. */
function missingIds(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    ['aria-describedby', 'aria-labelledby', 'aria-controls', 'aria-errormessage', 'popovertarget', 'for', 'list'].flatMap((attribute) =>
      [...document.querySelectorAll(`[${attribute}]`)].flatMap((element) =>
        element.getAttribute(attribute)!.split(/\s+/).filter((id) => !document.getElementById(id)).map((id) => `${attribute}=${id}`),
      ),
    ),
  );
}

function smallFields(page: Page): Promise<string[]> {
  return page.locator('input:not([type=hidden], [type=radio], [type=checkbox]), select, textarea').evaluateAll((fields) =>
    fields.filter((field) => parseFloat(getComputedStyle(field).fontSize) < 16).map((field) => `${(field as HTMLInputElement).name}: ${getComputedStyle(field).fontSize}`),
  );
}
