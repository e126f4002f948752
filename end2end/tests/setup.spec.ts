import { ADMIN, expect, SIGNED_OUT, test } from '../support/test';

test.use(SIGNED_OUT);

test('the link makes the account, once, and signs its first admin in', async ({ page, freshServer, allow }) => {
  allow(/status of 410/);
  await page.goto(freshServer.url + freshServer.setupPath);
  await page.getByLabel('Account name').fill(ADMIN.account);
  await page.getByLabel('Email').fill(ADMIN.email);
  await page.getByLabel('Password').fill(ADMIN.password);
  await page.getByRole('button', { name: 'Create account' }).click();

  await expect(page).toHaveURL(`${freshServer.url}/settings/api-keys`);
  await expect(page.getByRole('banner')).toContainText('Acme Inc.');
  await expect(page.getByRole('banner')).toContainText('Production');
  await expect(page.getByRole('heading', { name: 'API keys', level: 1 })).toBeVisible();
  await expect(page.getByRole('heading', { name: 'No keys yet' })).toBeVisible();

  const again = await page.goto(freshServer.url + freshServer.setupPath);
  expect(again?.status()).toBe(410);
  await expect(page.getByRole('heading', { name: 'This link does not work' })).toBeVisible();
});

test('mistakes are named beside their fields and nothing else typed is lost', async ({ page, freshServer, allow }) => {
  allow(/status of 422/);
  await page.goto(freshServer.url + freshServer.setupPath);
  await page.getByLabel('Account name').fill('Acme Inc.');
  await page.getByLabel('Email').fill('not an address');
  await page.getByLabel('Password').fill('short');
  await page.getByRole('button', { name: 'Create account' }).click();

  await expect(page.getByLabel('Email')).toHaveAttribute('aria-invalid', 'true');
  await expect(page.getByLabel('Email')).toBeFocused();
  await expect(page.getByLabel('Email')).toHaveAccessibleDescription(/email/i);
  await expect(page.getByLabel('Email')).toHaveValue('not an address');
  await expect(page.getByLabel('Password')).toHaveAccessibleDescription(/12 characters/);
  await expect(page.getByLabel('Password')).toHaveValue('');
  await expect(page.getByLabel('Account name')).toHaveValue('Acme Inc.');
});

test('a link that was never printed makes no account', async ({ page, freshServer, allow }) => {
  allow(/status of 410/);
  const answer = await page.goto(`${freshServer.url}/setup?token=${'0'.repeat(64)}`);
  expect(answer?.status()).toBe(410);
  await expect(page.getByLabel('Password')).toHaveCount(0);
});
