import { request } from '@playwright/test';
import { expect, test } from '../support/test';

const BAD: [string, (secret: string) => string, RegExp][] = [
  ['a turned direction', () => 'Invoice\u202Egpj.exe', /direction|invisible/i],
  ['an isolate', () => 'Invoice \u2066one', /direction|invisible/i],
  ['a zero-width space', () => 'Ad\u200Bmin', /invisible/i],
  ['a word joiner', () => 'Ad\u2060min', /invisible/i],
  ['a secret', (secret) => secret, /secret|API key/i],
  ['a secret among words', (secret) => `ERP ${secret}`.slice(0, 80), /secret|API key|80 characters/i],
];

for (const [what, typed, told] of BAD) {
  test(`a name with ${what} is named beside its field, in Create and in Edit`, async ({ page, keys, name, makeKey, allow, server }) => {
    allow(/status of 422/);
    const key = await makeKey(name('Good'));
    await keys.open();
    const field = page.getByLabel('Name', { exact: true });
    for (const [open, button] of [
      [() => keys.createButton.click(), 'Create key'],
      [() => keys.chooseFromMenu(key.name, 'Edit'), 'Save'],
    ] as const) {
      await open();
      if (button === 'Create key') await keys.fillCreate('Good before');
      await field.fill(typed(key.secret));
      await page.getByRole('button', { name: button }).click();
      await expect(field).toHaveAccessibleDescription(told);
      await expect(field).toBeFocused();
      await expect(field).toHaveAttribute('aria-invalid', 'true');
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: 'Discard' }).click();
      await expect(page.locator('dialog[open]')).toHaveCount(0);
    }
    expect(server.output).not.toContain(key.secret.slice(35, 60));
  });
}

test('a secret in the note or in the reason is refused beside its field', async ({ page, keys, name, makeKey, allow }) => {
  allow(/status of 422/);
  const key = await makeKey(name('Noted'));
  await keys.open();
  for (const [action, label, button] of [['Edit', 'Note', 'Save'], ['Revoke', 'Reason', 'Revoke key']] as const) {
    await keys.chooseFromMenu(key.name, action);
    await page.getByLabel(label, { exact: true }).fill(`It was ${key.secret}`);
    await page.getByRole('button', { name: button }).click();
    await expect(page.getByLabel(label, { exact: true })).toHaveAccessibleDescription(/secret|API key/i);
    await expect(page.getByLabel(label, { exact: true })).toBeFocused();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Discard' }).click();
  }
});

for (const good of ['مفتاح المزامنة', 'キー同期', 'Schlüssel für Österreich', '👩‍💻 deploy', 'e\u0301 combined', '鍵'.repeat(80), 'x'.repeat(80)]) {
  test(`a name that people do give is taken and breaks no layout: ${good.slice(0, 12)}`, async ({ page, keys }) => {
    await keys.open();
    await keys.create(good);
    await expect(keys.status.locator('bdi')).toHaveText(good);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(1280);
    const toast = (await keys.status.locator('.toast').boundingBox())!;
    expect(toast.x >= 0 && toast.x + toast.width <= 1280).toBe(true);
    await keys.status.getByRole('link', { name: 'View' }).click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(good);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(1280);
  });
}

test('a role that looks like a built-in one is refused', async ({ server, name, makeKey }) => {
  const { secret } = await makeKey(name('Roles by API'), { role: 'Admin' });
  const api = await request.newContext({ baseURL: server.url, extraHTTPHeaders: { authorization: `Bearer ${secret}` } });
  for (const role of ['Admin\u200B', '\u0410dmin', 'Admin\u2060', 'Adm\u0456n', 'V\u0456ewer', ' ADMIN ', 'Ad\u202Emin', '\uFF21dmin']) {
    const answer = await api.post('/v1/identity/roles', { data: { name: role, permissions: [] } });
    expect(answer.status(), JSON.stringify(role)).toBeGreaterThanOrEqual(400);
    expect(answer.status()).toBeLessThan(500);
  }
  await api.dispose();
});

test('a name with two spaces inside is confirmed with one', async ({ page, keys, name, makeKey }) => {
  const key = await makeKey(name('Two  spaces'));
  await keys.open(`/settings/api-keys/${key.id}`);
  await page.getByRole('link', { name: 'Delete' }).click();
  await page.getByLabel(/^Type/).fill(key.name.replace(/\s+/g, ' '));
  await page.getByRole('button', { name: 'Delete key' }).click();
  await expect(keys.status).toContainText('was deleted.');
});
