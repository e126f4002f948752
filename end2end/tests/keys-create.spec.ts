import { expect, test, type Page } from '../support/test';
import { choose } from '../support/keys-tab';

test('a new key works, and its secret is shown once', async ({ page, keys, name, whoami }) => {
  const sync = name('ERP Sync');
  await keys.open();
  await keys.createButton.click();
  await expect(keys.dialog('Create API key')).toBeVisible();
  await keys.fillCreate(sync, { role: 'Admin', expiration: '30 days' });
  await page.getByRole('button', { name: 'Create key' }).click();

  await expect(keys.reveal).toBeVisible();
  await expect(keys.reveal).toContainText("You won't be able to view it again.");
  await expect(keys.reveal).toContainText('/v1/auth/whoami');
  await expect(keys.secretKey).toHaveValue(/^aug_sk_prod_[0-9A-Za-z]{22}_[0-9A-Za-z]{50}$/);
  await expect(keys.secretKey).toHaveAttribute('readonly');
  const secret = await keys.save();

  await expect(keys.status).toContainText(`${sync} was created.`);
  const row = keys.row(sync);
  await expect(row).toContainText(`aug_sk_prod_****${secret.slice(-4)}`);
  await expect(row.getByRole('cell', { name: 'Admin' })).toBeVisible();
  await expect(row.getByRole('cell', { name: 'Active' })).toBeVisible();
  await expect(row).toContainText('just now');
  expect(await whoami(secret)).toBe('200 Admin');
  await expect(keys.createButton).toBeFocused();
});

test('Copy puts the secret on the clipboard and says so', async ({ page, context, keys, name }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await keys.open();
  await keys.createButton.click();
  await keys.fillCreate(name('To the clipboard'));
  await page.getByRole('button', { name: 'Create key' }).click();
  await page.getByRole('button', { name: 'Copy', exact: true }).click();
  await expect(page.getByRole('button', { name: 'Copied', exact: true })).toBeVisible();
  const secret = await keys.secretKey.inputValue();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(secret);
});

test('the secret stays open until Done', async ({ page, keys, name }) => {
  await keys.open();
  await keys.createButton.click();
  await keys.fillCreate(name('Firm'));
  await page.getByRole('button', { name: 'Create key' }).click();
  await expect(keys.secretKey).toBeFocused();
  // Chromium lets a second Escape through where only the first was refused.
  for (let i = 0; i < 3; i += 1) await page.keyboard.press('Escape');
  await page.mouse.click(5, 5);
  await expect(keys.reveal).toBeVisible();
  await keys.save();
});

test('mistakes are named beside their fields, and mending them is enough', async ({ page, keys, name, allow }) => {
  allow(/status of 422/);
  await keys.open();
  await keys.createButton.click();
  const field = page.getByLabel('Name', { exact: true });
  await field.fill('   ');
  await page.getByRole('button', { name: 'Create key' }).click();
  await expect(field).toBeFocused();
  await expect(field).toHaveAttribute('aria-invalid', 'true');
  await expect(field).toHaveAccessibleDescription(/Enter a name/);
  await expect(page.getByLabel('Role', { exact: true })).toHaveAccessibleDescription(/Choose a role/);

  await field.fill('x'.repeat(81));
  await choose(page.getByLabel('Expiration'), '60 days');
  await page.getByRole('button', { name: 'Create key' }).click();
  await expect(field).toHaveAccessibleDescription(/at most 80 characters/);
  await expect(field).toHaveValue('x'.repeat(81));
  await expect(page.getByLabel('Expiration')).toHaveValue('60d');

  const mended = name('Mended');
  await keys.fillCreate(mended);
  await page.getByRole('button', { name: 'Create key' }).click();
  await keys.save();
  await expect(keys.row(mended)).toBeVisible();
});

test('a custom date is asked for when chosen, and must lie ahead', async ({ page, keys, name, allow }) => {
  allow(/status of 422/);
  const dated = name('Dated');
  await keys.open();
  await keys.createButton.click();
  await keys.fillCreate(dated, { expiration: '7 days' });
  const day = page.getByLabel('Expires on');
  await expect(day).toBeHidden();
  await choose(page.getByLabel('Expiration'), 'Custom date');
  const create = page.getByRole('button', { name: 'Create key' });
  for (const [typed, told] of [
    ['', /Enter a date/],
    ['2020-02-29', /not in the past/],
    ['9999-12-31', /within the next 10 years/],
  ] as const) {
    await day.fill(typed);
    await create.click();
    await expect(day).toHaveAccessibleDescription(told);
    await expect(day).toBeFocused();
    await expect(day).toHaveValue(typed);
    await expect(page.getByLabel('Name', { exact: true })).toHaveValue(dated);
  }
  const inAMonth = new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10);
  await day.fill(inAMonth);
  await create.click();
  await keys.save();
  await expect(keys.row(dated).locator(`time[datetime^="${inAMonth}"]`)).toBeVisible();
});

test('a key that expires within a week says so', async ({ keys, name }) => {
  const brief = name('Brief');
  await keys.open();
  await keys.create(brief, { expiration: '7 days' });
  await expect(keys.row(brief)).toContainText(/Expires in [67] days/);
});

const LEAVES: [string, (page: Page) => Promise<void>][] = [
  ['Escape', (page) => page.keyboard.press('Escape')],
  ['a click outside', (page) => page.mouse.click(5, 300)],
];

for (const [how, leave] of [['Cancel', (page) => page.getByRole('button', { name: 'Cancel' }).click()], ...LEAVES] as typeof LEAVES) {
  test(`${how} leaves the empty form without a key`, async ({ page, keys }) => {
    await keys.open();
    await keys.createButton.click();
    await expect(page.getByLabel('Name', { exact: true })).toBeFocused();
    await leave(page);
    await expect(keys.dialog('Create API key')).toBeHidden();
    await expect(keys.createButton).toBeFocused();
  });
}

for (const [how, leave] of LEAVES) {
  test(`${how} throws away nothing that was typed without asking`, async ({ page, keys, name }) => {
    const typed = name('Typed');
    await keys.open();
    await keys.createButton.click();
    await keys.fillCreate(typed, { expiration: '30 days' });
    await leave(page);
    const question = page.getByRole('alertdialog', { name: 'Discard what you typed?' });
    await expect(question).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(question).toBeHidden();
    await expect(page.getByLabel('Name', { exact: true })).toHaveValue(typed);
    await expect(page.getByLabel('Expiration')).toHaveValue('30d');
    await leave(page);
    await question.getByRole('button', { name: 'Discard' }).click();
    await expect(keys.dialog('Create API key')).toBeHidden();
    await expect(keys.createButton).toBeFocused();
    await page.reload();
    await expect(keys.row(typed)).toHaveCount(0);
  });
}
