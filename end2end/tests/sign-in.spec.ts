import type { Page } from '@playwright/test';
import { ADMIN, expect, SIGNED_OUT, test } from '../support/test';

test.use(SIGNED_OUT);

test('signing in leads back to where the person was going', async ({ page }) => {
  await page.goto('/settings/api-keys?status=revoked&q=erp');
  await expect(page).toHaveURL(/\/login\?next=/);
  await signIn(page, ADMIN.email, ADMIN.password);
  await expect(page).toHaveURL(/\/settings\/api-keys\?status=revoked&q=erp$/);
  await expect(page.getByRole('heading', { name: 'API keys' })).toBeVisible();
});

test('the start page leads to the keys', async ({ page }) => {
  await page.goto('/');
  await signIn(page, ADMIN.email, ADMIN.password);
  await expect(page).toHaveURL(/\/settings\/api-keys$/);
});

test('every failure reads the same, and the email stays typed', async ({ page, allow }) => {
  allow(/status of 401/);
  const said: string[] = [];
  for (const email of [ADMIN.email, 'nobody@acme.example', 'not an address', '']) {
    await page.goto('/login');
    await signIn(page, email, 'a wrong password');
    said.push(await page.getByRole('alert').innerText());
    await expect(page.getByLabel('Email')).toHaveValue(email);
    await expect(page.getByLabel('Password')).toHaveValue('');
  }
  expect(new Set(said).size).toBe(1);
});

test('signing in never leads to another site', async ({ page, baseURL }) => {
  await page.goto('/login?next=//evil.example/settings');
  await signIn(page, ADMIN.email, ADMIN.password);
  await expect(page).toHaveURL(`${baseURL}/settings/api-keys`);
});

test('signing out ends the session for good', async ({ page }) => {
  await page.goto('/login');
  await signIn(page, ADMIN.email, ADMIN.password);
  await page.getByRole('button', { name: 'Your menu' }).click();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(page).toHaveURL(/\/login$/);
  await page.goBack();
  await expect(page.getByRole('button', { name: 'Sign in' })).toBeVisible();
  await expect(page.getByRole('heading', { name: 'API keys' })).toHaveCount(0);
});

async function signIn(page: Page, email: string, password: string) {
  await page.getByLabel('Email').fill(email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}
