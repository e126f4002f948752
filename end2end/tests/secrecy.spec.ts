import type { Page } from '@playwright/test';
import { ADMIN, expect, test } from '../support/test';

test('after Done the secret is nowhere, and nothing brings it back', async ({ page, context, keys, name, server }) => {
  const urls: string[] = [];
  const bodies: Promise<string>[] = [];
  const key = name('Secret');
  await keys.open();
  const secret = await keys.create(key);
  await expect(keys.row(key)).toBeVisible();
  page.on('request', (request) => urls.push(request.url(), request.postData() ?? ''));
  page.on('response', (response) => bodies.push(response.text().catch(() => '')));

  await expectForgotten(page, secret);
  await keys.chooseFromMenu(key, 'View');
  await expect(page.getByRole('heading', { name: key, level: 1 })).toBeVisible();
  await expectForgotten(page, secret);
  await page.goBack();
  await expect(keys.row(key)).toBeVisible();
  await expectForgotten(page, secret);
  await page.reload();
  await expect(keys.row(key)).toBeVisible();
  await expectForgotten(page, secret);
  await page.goto('/docs/errors');
  await page.goBack();
  await expect(keys.row(key)).toBeVisible();
  await expectForgotten(page, secret);

  const told = [...urls, ...(await Promise.all(bodies)), server.output, JSON.stringify(await context.storageState())];
  expect(told.filter((text) => holds(text, secret))).toEqual([]);
  expect(server.output).not.toContain(ADMIN.password);
});

test('a page left with the secret open does not show it again', async ({ page, keys, name }) => {
  await keys.open();
  await keys.createButton.click();
  await keys.fillCreate(name('Left open'));
  await page.getByRole('button', { name: 'Create key' }).click();
  await expect(keys.reveal).toBeVisible();
  const secret = await keys.secretKey.inputValue();
  await page.goto('/docs/errors');
  await page.goBack();
  await expect(keys.createButton).toBeVisible();
  await expectForgotten(page, secret);
  await page.reload();
  await expectForgotten(page, secret);
});

test('a rotation inside a key’s page forgets its secret too', async ({ page, keys, name, makeKey }) => {
  const key = await makeKey(name('Inside'));
  await keys.open(`/settings/api-keys/${key.id}`);
  await page.getByRole('link', { name: 'Rotate' }).click();
  await page.getByRole('button', { name: 'Rotate key' }).click();
  const secret = await keys.save();
  await expectForgotten(page, secret);
  await page.getByRole('link', { name: 'All API keys' }).click();
  await expect(keys.row(key.name)).toBeVisible();
  await page.goBack();
  await expectForgotten(page, secret);
});

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false });
  test('back and forward do not show the secret again', async ({ page, keys, name, allow }) => {
    allow(/status of 409/);
    await page.goto('/settings/api-keys/new');
    await keys.fillCreate(name('By post'));
    await page.getByRole('button', { name: 'Create key' }).click();
    const secret = await keys.secretKey.inputValue();
    await page.getByRole('button', { name: 'Done' }).click();
    await expect(keys.table).toBeVisible();
    // The browser asks before it posts again; here it fails instead, and shows no page of its own.
    await page.goBack().catch(() => null);
    await expect.poll(() => page.content().catch(() => secret)).not.toContain(secret.slice(35, 60));
  });
});

test('a whole secret pasted into the search never leaves the box', async ({ page, keys, name, makeKey, server }) => {
  const key = await makeKey(name('Searched'));
  const sent: string[] = [];
  page.on('request', (request) => sent.push(request.url(), request.postData() ?? ''));
  await keys.open();
  await keys.search.focus();
  await page.keyboard.insertText(` ${key.secret} `);
  await expect(keys.row(key.name)).toBeVisible();
  await expect(page).toHaveURL(/\?q=/);
  await expect(keys.table.getByRole('row')).toHaveCount(2);
  expect(sent.filter((text) => holds(text, key.secret))).toEqual([]);
  expect(holds(server.output, key.secret)).toBe(false);
  expect(holds(page.url(), key.secret)).toBe(false);
});

/** Whether `text` gives away any of the part that is secret; the id may be known. */
function holds(text: string, secret: string): boolean {
  const secretPart = secret.slice(35, -6);
  return text.includes(secretPart.slice(0, 10)) || text.includes(secretPart.slice(-10));
}

async function expectForgotten(page: Page, secret: string) {
  const everything = await page.evaluate(() => {
    const inputs = [...document.querySelectorAll('input, textarea')].map((input) => (input as HTMLInputElement).value);
    return [document.documentElement.outerHTML, ...inputs, JSON.stringify({ ...localStorage }), JSON.stringify({ ...sessionStorage }), JSON.stringify(history.state), document.cookie, location.href].join('\n');
  });
  expect(holds(everything, secret)).toBe(false);
  expect(holds(await page.content(), secret)).toBe(false);
}
