import { expect, test } from '../support/test';
import { choose } from '../support/keys-tab';
import { insertRoles } from '../support/rows';

test('a key made under a filter that hides it is reached by View', async ({ page, keys, name }) => {
  const hidden = name('Hidden');
  await keys.open('/settings/api-keys?status=revoked');
  await keys.create(hidden);
  await expect(keys.status.locator('bdi')).toHaveText(hidden);
  await expect(keys.row(hidden)).toHaveCount(0);
  await expect(page).toHaveURL(/status=revoked/);
  await keys.status.getByRole('link', { name: 'View' }).click();
  await expect(page.getByRole('heading', { name: hidden, level: 1 })).toBeVisible();
});

test('an account without keys has an invitation with a button of its own', async ({ page, keys, freshServer }) => {
  await freshServer.setUp();
  await page.context().addCookies(freshServer.admin.cookies);
  await keys.open(`${freshServer.url}/settings/api-keys`);
  await page.getByRole('button', { name: 'Create your first key' }).click();
  await expect(keys.dialog('Create API key')).toBeVisible();
  await page.getByRole('button', { name: 'Cancel' }).click();
  await expect(page.getByRole('button', { name: 'Create your first key' })).toBeFocused();
});

test('the role can be typed from eight roles on, and each option says what it opens', async ({ page, keys, name, server, whoami, allow }) => {
  allow(/status of 422/);
  const roles = Array.from({ length: 8 }, (_, i) => `Typed ${i}`);
  await page.goto('/settings/api-keys/new');
  const role = page.getByLabel('Role', { exact: true });
  await expect(role.locator('option', { hasText: /^Admin/ })).toContainText(/everything/);
  await expect(role.locator('option', { hasText: /^Viewer/ })).toContainText(/read/);
  await insertRoles(server, roles);
  try {
    await keys.open();
    await keys.createButton.click();
    await page.getByLabel('Name', { exact: true }).fill(name('Typed role'));
    await role.fill('No such role');
    await page.getByRole('button', { name: 'Create key' }).click();
    await expect(role).toHaveAccessibleDescription(/listed roles/);
    await expect(role).toBeFocused();
    await role.fill('typed 5');
    await page.getByRole('button', { name: 'Create key' }).click();
    expect(await whoami(await keys.save())).toBe('200 Typed 5');
    await keys.createButton.click();
    const options = page.locator('dialog[open] option', { hasText: /customers/ });
    await expect(options.or(page.locator('dialog[open] option[label*="customers"]'))).toHaveCount(8);
  } finally {
    await server.sql("delete from api_key where role_id in (select id from role where name like 'Typed %')");
    await server.sql("delete from role where name like 'Typed %'");
  }
});

test('a change to Admin says what that opens', async ({ page, keys, name, makeKey }) => {
  const key = await makeKey(name('Raised'));
  await keys.open();
  await keys.chooseFromMenu(key.name, 'Edit');
  const dialog = keys.dialog(`Edit ${key.name}`);
  const before = await dialog.innerText();
  await choose(page.getByLabel('Role', { exact: true }), 'Admin');
  await expect.poll(() => dialog.innerText()).not.toBe(before);
  await expect(dialog.getByText(/manage keys|everything/).and(page.locator(':not(option)')).last()).toBeVisible();
  await choose(page.getByLabel('Role', { exact: true }), 'Viewer');
  await expect.poll(() => dialog.innerText()).toBe(before);
});

test('a note is kept with its lines, from creation to the key’s page', async ({ page, keys, name, allow }) => {
  allow(/status of 422/);
  const noted = name('Noted');
  const note = 'Used by the warehouse.\nAsk Jane before rotating.';
  await keys.open();
  await keys.createButton.click();
  await keys.fillCreate(noted);
  await page.getByLabel('Note', { exact: true }).fill('x'.repeat(501));
  await page.getByRole('button', { name: 'Create key' }).click();
  await expect(page.getByLabel('Note', { exact: true })).toHaveAccessibleDescription(/500 characters/);
  await page.getByLabel('Note', { exact: true }).fill(note);
  await page.getByRole('button', { name: 'Create key' }).click();
  await keys.save();
  await keys.chooseFromMenu(noted, 'Edit');
  await expect(page.getByLabel('Note', { exact: true })).toHaveValue(note);
  await page.getByLabel('Note', { exact: true }).fill(`${note}\nThird line`);
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(keys.status).toContainText('was saved.');
  await keys.chooseFromMenu(noted, 'View');
  const kept = page.getByRole('definition').filter({ hasText: 'Ask Jane before rotating.' });
  await expect(kept).toBeVisible();
  expect(await kept.innerText()).toContain(`${note}\nThird line`);
});

test('a custom date says until when the key works', async ({ page, keys, name, allow }) => {
  allow(/status of 422/);
  await keys.open();
  await keys.createButton.click();
  await keys.fillCreate(name('Dated'), { expiration: 'Custom date' });
  const day = page.getByLabel('Expires on');
  await expect(day).toHaveAccessibleDescription(/until the end of that day, UTC/);
  await page.getByRole('button', { name: 'Create key' }).click();
  await expect(day).toHaveAccessibleDescription(/Enter a date/);
  // The field reads mm/dd/yyyy or whatever the browser's language says: no other pattern is asked for.
  await expect(day).not.toHaveAccessibleDescription(/yyyy|\d{4}-\d\d/i);
});
