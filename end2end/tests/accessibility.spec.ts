import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, SIGNED_OUT, test } from '../support/test';

const LOOKS = [
  { colorScheme: 'light', width: 1280 },
  { colorScheme: 'dark', width: 360 },
] as const;

for (const { colorScheme, width } of LOOKS) {
  test.describe(`${colorScheme}, ${width} px`, () => {
    test.use({ colorScheme, viewport: { width, height: 800 } });

    test('the tab, its menus and dialogs', async ({ page, keys, name, makeKey, postForm, server, allow }) => {
      allow(/status of 422/);
      test.slow();
      const active = await makeKey(name('Axe'), { expiration: '7d' });
      const revoked = await makeKey(name('Axe revoked'));
      const expired = await makeKey(name('Axe expired'), { expiration: '7d' });
      await postForm(revoked, 'revoke', { reason: 'tested' });
      await server.expire(expired.name);
      await keys.open('/settings/api-keys?q=Axe');
      await check(page);
      await page.getByRole('button', { name: 'Your menu' }).click();
      await check(page);
      await page.keyboard.press('Escape');
      await keys.menuButton(active.name).click();
      await check(page);
      await page.keyboard.press('Escape');
      await keys.createButton.click();
      await check(page);
      await page.getByRole('button', { name: 'Create key' }).click();
      await expect(page.getByLabel('Name', { exact: true })).toHaveAttribute('aria-invalid', 'true');
      await check(page);
      await page.keyboard.press('Escape');
      for (const action of ['Edit', 'Revoke', 'Delete', 'Rotate']) {
        await keys.chooseFromMenu(active.name, action);
        await expect(page.locator('dialog[open]')).toBeVisible();
        await check(page);
        if (action !== 'Rotate') await page.keyboard.press('Escape');
      }
      await page.getByRole('button', { name: 'Rotate key' }).click();
      await expect(keys.reveal).toBeVisible();
      await check(page);
      await keys.save();
      await expect(keys.status).toContainText('was rotated');
      await check(page);
      await keys.search.fill('nothing is called this');
      await expect(page.getByRole('heading', { name: 'No matching keys' })).toBeVisible();
      await check(page);
    });

    test('questions, older secrets and the list of shortcuts', async ({ page, keys, name, makeKey }) => {
      test.slow();
      const key = await makeKey(name('Axe rotated'));
      await keys.open();
      await page.keyboard.press('?');
      await expect(keys.dialog('Keyboard shortcuts')).toBeVisible();
      await check(page);
      await page.keyboard.press('Escape');
      await keys.createButton.click();
      await keys.fillCreate('half typed');
      await page.keyboard.press('Escape');
      const discard = page.getByRole('alertdialog', { name: 'Discard what you typed?' });
      await expect(discard).toBeVisible();
      await check(page);
      await discard.getByRole('button', { name: 'Discard' }).click();
      await keys.chooseFromMenu(key.name, 'Rotate');
      await keys.oldSecret('24 hours').check();
      await page.getByRole('button', { name: 'Rotate key' }).click();
      await page.getByRole('button', { name: 'Done' }).click();
      await expect(page.getByRole('alertdialog', { name: 'Close without saving?' })).toBeVisible();
      await check(page);
      await page.getByRole('button', { name: 'Close anyway' }).click();
      await keys.chooseFromMenu(key.name, 'Rotate');
      await expect(keys.oldSecret('Keep what was promised')).toBeChecked();
      await check(page);
      await page.keyboard.press('Escape');
      await page.goto(`/settings/api-keys/${key.id}`);
      await check(page);
      await page.getByRole('link', { name: 'Stop now' }).click();
      await expect(page.locator('dialog[open]')).toBeVisible();
      await check(page);
    });

    test('the pages of a key', async ({ page, keys, name, makeKey, postForm, allow }) => {
      allow(/status of 40[49]/);
      const key = await makeKey(name('Axe page'));
      await keys.open(`/settings/api-keys/${key.id}`);
      await check(page);
      for (const action of ['edit', 'rotate', 'revoke', 'delete']) {
        await page.goto(`/settings/api-keys/${key.id}/${action}`);
        await check(page);
      }
      await page.goto('/settings/api-keys/new');
      await check(page);
      await keys.fillCreate(name('Axe new'));
      await page.getByRole('button', { name: 'Create key' }).click();
      await expect(keys.secretKey).toBeVisible();
      await check(page);
      await page.reload();
      await expect(page.getByRole('button', { name: 'Show a new secret' })).toBeVisible();
      await check(page);
      await postForm(key, 'revoke', { reason: 'tested' });
      await page.goto(`/settings/api-keys/${key.id}`);
      await check(page);
      await page.goto('/settings/api-keys/apke_00000000000000000000000000');
      await check(page);
      await page.goto('/settings/api-keys/apke_00000000000000000000000000/edit');
      await check(page);
    });

    test.describe('signed out', () => {
      test.use(SIGNED_OUT);
      test('the public pages', async ({ page, allow }) => {
        allow(/status of 4\d\d/);
        for (const path of ['/login', '/docs/errors', '/setup?token=none', '/nowhere']) {
          await page.goto(path);
          await check(page);
        }
        await page.goto('/login');
        await page.getByRole('button', { name: 'Sign in' }).click();
        await expect(page.getByRole('alert')).toBeVisible();
        await check(page);
      });

      test('set-up and the empty tab', async ({ page, freshServer }) => {
        await page.goto(freshServer.url + freshServer.setupPath);
        await check(page);
        await page.context().addCookies((await freshServer.setUp()).cookies);
        await page.goto(`${freshServer.url}/settings/api-keys`);
        await check(page);
      });
    });
  });
}

test.describe('small and large', () => {
  test('at 320 px and with text at 200 % nothing is cut off', async ({ page, keys, name, makeKey }) => {
    const key = await makeKey(name('W'.repeat(60)));
    for (const { width, text } of [{ width: 320, text: '100%' }, { width: 640, text: '200%' }, { width: 1280, text: '200%' }]) {
      await page.setViewportSize({ width, height: 800 });
      for (const path of ['/settings/api-keys', `/settings/api-keys/${key.id}`, `/settings/api-keys/${key.id}/delete`, '/docs/errors']) {
        await page.goto(path);
        await page.locator('html').evaluate((html, size) => (html.style.fontSize = size), text);
        await expectNoSideways(page, `${path} at ${width} px, text ${text}`);
      }
    }
    await page.setViewportSize({ width: 640, height: 500 });
    await keys.open();
    await page.locator('html').evaluate((html) => (html.style.fontSize = '200%'));
    await keys.createButton.click();
    await page.getByRole('button', { name: 'Create key' }).scrollIntoViewIfNeeded();
    await expect(page.getByRole('button', { name: 'Create key' })).toBeInViewport();
    await expectNoSideways(page, 'create dialog');
  });

  test('the widest screens keep the content together', async ({ page, keys }) => {
    await page.setViewportSize({ width: 2560, height: 1200 });
    await keys.open();
    const box = (await page.getByRole('main').boundingBox())!;
    expect(box.width).toBeLessThanOrEqual(1168);
    expect(Math.abs(box.x + box.width / 2 - 1280)).toBeLessThan(20);
  });

  test('motion is still for who asked for it', async ({ page, keys }) => {
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await keys.open();
    const moving = await page.evaluate(() =>
      [...document.querySelectorAll('*')].filter((e) => parseFloat(getComputedStyle(e).transitionDuration) > 0).length,
    );
    expect(moving).toBe(0);
  });

  test('rows become cards with their labels under 640 px', async ({ page, keys, name, makeKey }) => {
    const key = await makeKey(name('Card'));
    await page.setViewportSize({ width: 600, height: 800 });
    await keys.open();
    await expect(keys.row(key.name)).toBeVisible();
    const shown = await keys.row(key.name).getByRole('cell').nth(2).evaluate((cell) => [getComputedStyle(cell, '::before').content, getComputedStyle(cell).display]);
    expect(shown[0]).toContain('Role');
    expect(shown[1]).toBe('flex');
    await expectNoSideways(page, 'cards');
  });
});

/** Nothing for axe to find, no sideways scrolling, and targets large enough to hit. */
async function check(page: Page) {
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
    .analyze();
  const found = violations.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map((node) => node.html).join(' · ')}`);
  expect.soft(found, page.url()).toEqual([]);
  await expectNoSideways(page, page.url());
}

async function expectNoSideways(page: Page, where: string) {
  const [content, room] = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
  expect.soft(content, `${where}: width of the content`).toBeLessThanOrEqual(room);
}
