import { expect, test, type MadeKey, type Page } from '../support/test';

const rotate = { old_secret: '24h', expiration: 'keep' };

test('each secret tells when it was last used and when it stops', async ({ page, keys, name, makeKey, postForm, whoami }) => {
  const key = await makeKey(name('Used'));
  await postForm(key, 'rotate', rotate);
  await keys.open(`/settings/api-keys/${key.id}`);
  const rows = secrets(page).getByRole('row');
  await expect(rows).toHaveCount(3);
  await expect(rows.nth(1)).toContainText('With the key');
  await expect(older(page, key)).toContainText('Never');
  expect(await whoami(key.secret)).toBe('200 Viewer');
  // Uses are kept in batches: at most a few seconds late.
  await expect(async () => {
    await page.reload();
    await expect(older(page, key)).toContainText('just now', { timeout: 500 });
    await expect(older(page, key)).not.toContainText('Never', { timeout: 500 });
  }).toPass({ timeout: 15_000 });
  await expect(rows.nth(1)).toContainText('Never');
});

test('Stop now stops an older secret at once and nothing else', async ({ page, keys, name, makeKey, postForm, whoami }) => {
  const key = await makeKey(name('Stopped'));
  await postForm(key, 'rotate', rotate);
  await keys.open(`/settings/api-keys/${key.id}`);
  const stop = secrets(page).getByRole('link', { name: 'Stop now' });
  await expect(stop).toHaveCount(1);
  await stop.click();
  const dialog = page.getByRole('alertdialog', { name: `Stop ****${key.secret.slice(-4)} now?` });
  await expect(dialog).toContainText('Never used');
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await expect(dialog).toBeHidden();
  await expect(stop).toBeFocused();
  expect(await whoami(key.secret)).toBe('200 Viewer');

  await stop.click();
  await dialog.getByRole('button', { name: 'Stop now' }).click();
  await expect(keys.status).toContainText(key.secret.slice(-4));
  expect(await whoami(key.secret)).toBe('401 invalid_credentials');
  await expect(stop).toHaveCount(0);
  await expect(older(page, key)).not.toContainText('Still works');
  await expect(page.getByRole('region', { name: 'History' })).toContainText(`Stopped ****${key.secret.slice(-4)}`);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(key.name);
  await expect(page.getByRole('main')).toContainText('Active');
});

test('a secret that stopped meanwhile says so', async ({ page, keys, name, makeKey, postForm, server, allow }) => {
  allow(/status of 4\d\d/);
  const key = await makeKey(name('Late stop'));
  await postForm(key, 'rotate', rotate);
  await keys.open(`/settings/api-keys/${key.id}`);
  await secrets(page).getByRole('link', { name: 'Stop now' }).click();
  await postForm(key, 'delete', { confirm: key.name });
  await page.getByRole('alertdialog').getByRole('button', { name: 'Stop now' }).click();
  await expect(page.getByText(/does not exist any more/).first()).toBeVisible();
  expect(server.output).not.toContain('panicked');
});

test('secrets of a revoked key stopped with it, with no other time beside', async ({ page, keys, name, makeKey, postForm }) => {
  const key = await makeKey(name('All at once'));
  await postForm(key, 'rotate', rotate);
  await postForm(key, 'revoke', { reason: 'Leaked' });
  await keys.open(`/settings/api-keys/${key.id}`);
  const rows = secrets(page).getByRole('row');
  await expect(rows).toHaveCount(3);
  for (const row of [rows.nth(1), rows.nth(2)]) {
    await expect(row).toContainText('Stopped with the key');
    // The time of its making is the only one: a promise that ended with the key is none.
    await expect(row.locator('time')).toHaveCount(1);
  }
  await expect(page.getByRole('link', { name: 'Stop now' })).toHaveCount(0);
});

test('the history tells overlap, expiry, who and from where', async ({ page, keys, name, makeKey, postForm }) => {
  const key = await makeKey(name('Told'), { expiration: '30d' });
  await postForm(key, 'rotate', { ...rotate, expiration: '60d' });
  await postForm(key, 'rotate', { old_secret: 'now', expiration: 'none' });
  await keys.open(`/settings/api-keys/${key.id}`);
  const events = page.getByRole('table', { name: 'History' }).getByRole('row');
  const day = (days: number) =>
    new Date(Date.now() + days * 86_400_000).toLocaleDateString('en-US', { timeZone: 'UTC', month: 'short', day: 'numeric' });
  await expect(events.nth(1)).toContainText(/Rotated; \*{4}\w{4} stopped at once/);
  await expect(events.nth(1)).toContainText('never expires');
  await expect(events.nth(2)).toContainText(new RegExp(`Rotated; \\*{4}${key.secret.slice(-4)} works until ${day(1)}`));
  await expect(events.nth(2)).toContainText(`expires ${day(60)}`);
  await expect(events.nth(3)).toContainText(`Created with role Viewer, expires ${day(30)}`);
  for (const event of [1, 2, 3]) {
    await expect(events.nth(event)).toContainText('127.0.0.1');
    await expect(events.nth(event)).toContainText('jane.doe@acme.example');
  }
});

test('Copy id puts the id on the clipboard and says so', async ({ page, context, keys, name, makeKey }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const key = await makeKey(name('Copied'));
  await keys.open(`/settings/api-keys/${key.id}`);
  await page.getByRole('button', { name: 'Copy id' }).click();
  await expect(page.getByRole('button', { name: 'Copied' })).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(key.id);
});

test('a promise is kept by a second rotation unless the admin says otherwise', async ({ page, keys, name, makeKey, postForm, whoami }) => {
  const key = await makeKey(name('Promised'));
  await postForm(key, 'rotate', rotate);
  await keys.open();
  await keys.chooseFromMenu(key.name, 'Rotate');
  await expect(page.getByRole('table', { name: 'Secrets that work today' }).getByRole('row')).toHaveCount(3);
  for (const option of ['Stops working immediately', '1 hour', '24 hours', '7 days', 'Keep what was promised']) {
    await expect(keys.oldSecret(option)).toHaveAccessibleDescription(new RegExp(`${key.secret.slice(-4)}|Both`));
  }
  await expect(keys.oldSecret('Keep what was promised')).toBeChecked();
  await page.getByRole('button', { name: 'Rotate key' }).click();
  await keys.save();
  expect(await whoami(key.secret)).toBe('200 Viewer');

  await keys.chooseFromMenu(key.name, 'Rotate');
  await keys.oldSecret('Stops working immediately').check();
  await page.getByRole('button', { name: 'Rotate key' }).click();
  const secret = await keys.save();
  expect(await whoami(key.secret)).toBe('401 invalid_credentials');
  expect(await whoami(secret)).toBe('200 Viewer');
});

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false });

  test('Stop now asks on a page of its own, then stops the older secret', async ({ page, name, makeKey, postForm, whoami }) => {
    const key = await makeKey(name('Stopped by post'));
    await postForm(key, 'rotate', rotate);
    await page.goto(`/settings/api-keys/${key.id}`);
    await secrets(page).getByRole('link', { name: 'Stop now' }).click();
    await expect(page.getByRole('heading', { name: `Stop ****${key.secret.slice(-4)} now?` })).toBeVisible();
    await page.getByRole('button', { name: 'Stop now' }).click();
    await expect(page.getByRole('status')).toContainText(key.secret.slice(-4));
    expect(await whoami(key.secret)).toBe('401 invalid_credentials');
  });

  test('the id can be copied by hand', async ({ page, name, makeKey }) => {
    const key = await makeKey(name('By hand'));
    await page.goto(`/settings/api-keys/${key.id}`);
    await page.getByRole('button', { name: 'Copy id' }).click();
    await expect(page.getByRole('textbox', { name: 'Id' })).toHaveValue(key.id);
  });
});

function secrets(page: Page) {
  return page.getByRole('table', { name: 'Secrets' });
}

function older(page: Page, key: MadeKey) {
  return secrets(page).getByRole('row').filter({ hasText: key.secret.slice(-4) });
}
