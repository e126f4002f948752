import { expect, test, type Page } from '../support/test';
import { AS_BROWSERS_DO, clickTwice, GAPS } from '../support/clicks';
import type { KeysTab } from '../support/keys-tab';
import { insertKeys, names } from '../support/rows';

test.use(AS_BROWSERS_DO);

for (const ms of GAPS) {
  test(`Create clicked twice opens the form and leaves it open: ${ms} ms`, async ({ page, keys }) => {
    await keys.open();
    await clickTwice(page, keys.createButton, ms);
    await expect(keys.dialog('Create API key')).toBeVisible();
    await page.getByLabel('Name', { exact: true }).fill('Still open');
    await expect(page.getByRole('alertdialog')).toHaveCount(0);
    await expect(keys.dialog('Create API key')).toBeVisible();
  });

  test(`Create key clicked twice makes one key and shows its secret: ${ms} ms`, async ({ page, keys, name, whoami }) => {
    const once = name('Twice');
    await keys.open();
    await keys.createButton.click();
    await keys.fillCreate(once);
    await clickTwice(page, page.getByRole('button', { name: 'Create key' }), ms);
    expect(await whoami(await shownSecret(page, keys))).toBe('200 Viewer');
    await keys.leaveSecret();
    await page.reload();
    await expect(keys.row(once)).toHaveCount(1);
  });

  test(`Rotate key clicked twice rotates once and shows the secret: ${ms} ms`, async ({ page, keys, name, makeKey, whoami }) => {
    const key = await makeKey(name('Rotated twice'));
    await keys.open();
    await keys.chooseFromMenu(key.name, 'Rotate');
    await clickTwice(page, page.getByRole('button', { name: 'Rotate key' }), ms);
    expect(await whoami(await shownSecret(page, keys))).toBe('200 Viewer');
    await keys.leaveSecret();
    await page.goto(`/settings/api-keys/${key.id}`);
    await expect(page.getByRole('table', { name: 'Secrets' }).getByRole('row')).toHaveCount(3);
  });

  test(`Done clicked twice before a copy asks and answers nothing by itself: ${ms} ms`, async ({ page, keys, name }) => {
    await keys.open();
    await keys.createButton.click();
    await keys.fillCreate(name('Asked twice'));
    await page.getByRole('button', { name: 'Create key' }).click();
    await expect(keys.reveal).toBeVisible();
    await clickTwice(page, page.getByRole('button', { name: 'Done' }), ms);
    const question = page.getByRole('alertdialog', { name: 'Close without saving?' });
    await expect(question).toBeVisible();
    await question.getByRole('button', { name: 'Keep open' }).click();
    await expect(question).toBeHidden();
    await expect(keys.secretKey).toHaveValue(/^aug_sk_prod_/);
  });
}

test('after a double click on Create the focus is in the form', async ({ page, keys }) => {
  await keys.open();
  await clickTwice(page, keys.createButton, 200);
  await expect(page.getByLabel('Name', { exact: true })).toBeFocused();
});

test('the second click never reaches what lies behind', async ({ page, context, keys, name, makeKey, server }) => {
  test.slow();
  await context.grantPermissions(['clipboard-write']);
  // Rows under every place where a dialog has its buttons.
  await insertKeys(server, names(name('Behind'), 20));
  const key = await makeKey(name('Before'));
  const edit = () => keys.chooseFromMenu(key.name, 'Edit');
  await keys.open();
  for (const ms of GAPS) {
    await test.step(`Cancel, ${ms} ms`, async () => {
      await edit();
      await clickTwice(page, page.getByRole('button', { name: 'Cancel' }), ms);
      await expectOnlyTheList(page);
    });
    await test.step(`Save, ${ms} ms`, async () => {
      await edit();
      await clickTwice(page, page.getByRole('button', { name: 'Save' }), ms);
      await expect(keys.status).toContainText(`${key.name} was saved.`);
      await expectOnlyTheList(page);
    });
    await test.step(`Done after a copy, ${ms} ms`, async () => {
      await keys.chooseFromMenu(key.name, 'Rotate');
      await page.getByRole('button', { name: 'Rotate key' }).click();
      await page.getByRole('button', { name: 'Copy', exact: true }).click();
      await expect(page.getByRole('button', { name: 'Copied', exact: true })).toBeVisible();
      await clickTwice(page, page.getByRole('button', { name: 'Done', exact: true }), ms);
      await expectOnlyTheList(page);
    });
  }
});

test('a menu opens at a double click and stays open, and so does what it opens', async ({ page, keys, name, makeKey }) => {
  test.slow();
  const key = await makeKey(name('Menu'));
  await keys.open();
  for (const ms of GAPS.filter((ms) => ms <= 400)) {
    await clickTwice(page, keys.menuButton(key.name), ms);
    const item = page.getByRole('menuitem', { name: 'Revoke', exact: true });
    await expect(item, `after ${ms} ms`).toBeVisible();
    await clickTwice(page, item, ms);
    const dialog = page.getByRole('alertdialog', { name: `Revoke ${key.name}?` });
    await expect(dialog, `after ${ms} ms`).toBeVisible();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await expect(dialog).toBeHidden();
  }
  await expect(keys.row(key.name)).toContainText('Active');
});

for (const ms of GAPS) {
  test(`Revoke key and Delete key clicked twice change one key alone: ${ms} ms`, async ({ page, keys, name, makeKey, server }) => {
    const word = name('Struck');
    await insertKeys(server, names(word, 12));
    const key = await makeKey(`${word} out`);
    await keys.open(`/settings/api-keys?q=${encodeURIComponent(word)}`);
    await keys.chooseFromMenu(key.name, 'Revoke');
    await clickTwice(page, page.getByRole('button', { name: 'Revoke key' }), ms);
    await expect(keys.status).toContainText(`${key.name} was revoked.`);
    await expectOnlyTheList(page);
    await expect(keys.filter('Revoked')).toHaveText('Revoked 1');
    await keys.chooseFromMenu(key.name, 'Delete');
    await clickTwice(page, page.getByRole('button', { name: 'Delete key' }), ms);
    await expect(keys.status).toContainText(`${key.name} was deleted.`);
    await expectOnlyTheList(page);
    await expect(keys.filter('All')).toHaveText('All 12');
  });
}

test('Next page clicked twice goes one page on', async ({ page, keys, name, server }) => {
  test.slow();
  const word = name('Leafed');
  await insertKeys(server, names(word, 120));
  for (const ms of GAPS) {
    await keys.open(`/settings/api-keys?q=${encodeURIComponent(word)}`);
    await clickTwice(page, page.getByRole('link', { name: 'Next page' }), ms);
    await expect(page.getByText('51–100 of 120'), `after ${ms} ms`).toBeVisible();
    await expectOnlyTheList(page);
  }
});

/** The secret in its dialog, with no question over it. */
async function shownSecret(page: Page, keys: KeysTab): Promise<string> {
  await expect(keys.secretKey).toHaveValue(/^aug_sk_prod_/);
  await expect(keys.reveal).toBeVisible();
  await expect(page.getByRole('alertdialog')).toHaveCount(0);
  return keys.secretKey.inputValue();
}

async function expectOnlyTheList(page: Page) {
  await expect(page.locator('dialog[open]')).toHaveCount(0);
  await expect(page.getByRole('menu')).toHaveCount(0);
  await expect(page).toHaveURL(/\/settings\/api-keys(\?|$)/);
}
