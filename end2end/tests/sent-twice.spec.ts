import { request, type APIResponse } from '@playwright/test';
import { expect, test, type Page } from '../support/test';
import { AS_BROWSERS_DO, clickTwice, GAPS } from '../support/clicks';

test.use(AS_BROWSERS_DO);

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false });

  test('a form of creation sent twice offers a new secret, once', async ({ page, keys, name, whoami, allow }) => {
    allow(/status of 409/);
    const twice = name('Sent twice');
    await page.goto('/settings/api-keys/new');
    await keys.fillCreate(twice);
    await page.getByRole('button', { name: 'Create key' }).click();
    const unseen = await keys.secretKey.inputValue();
    await page.reload();
    const offer = page.getByRole('button', { name: 'Show a new secret' });
    await expect(offer).toBeVisible();
    await expect(page.getByRole('alert')).toContainText('sent twice');
    await expect(keys.secretKey).toHaveCount(0);

    await offer.click();
    const secret = await keys.secretKey.inputValue();
    expect(await whoami(secret)).toBe('200 Viewer');
    expect(await whoami(unseen)).toBe('401 invalid_credentials');

    // The offer sent twice in its turn kills nothing in silence either.
    await page.reload();
    await expect(keys.secretKey).toHaveCount(0);
    expect(await whoami(secret)).toBe('200 Viewer');
    await page.goto(`/settings/api-keys?q=${encodeURIComponent(twice)}`);
    await expect(keys.table.getByRole('row')).toHaveCount(2);
  });

  test('a rotation sent twice offers a new secret and keeps what was promised', async ({ page, keys, name, makeKey, whoami, allow }) => {
    allow(/status of 409/);
    const key = await makeKey(name('Rotated in haste'));
    await page.goto(`/settings/api-keys/${key.id}/rotate`);
    await keys.oldSecret('24 hours').check();
    await page.getByRole('button', { name: 'Rotate key' }).click();
    const unseen = await keys.secretKey.inputValue();
    await page.reload();
    await page.getByRole('button', { name: 'Show a new secret' }).click();
    const secret = await keys.secretKey.inputValue();
    expect(await whoami(secret)).toBe('200 Viewer');
    expect(await whoami(unseen)).toBe('401 invalid_credentials');
    expect(await whoami(key.secret)).toBe('200 Viewer');
  });
});

test('of two posts of one form at the same time one has the secret, the other offers a new one', async ({ server, admin, name, whoami }) => {
  const http = await request.newContext({ baseURL: server.url, storageState: admin });
  const form = await (await http.get('/settings/api-keys/new')).text();
  const fields = {
    name: name('At the same time'),
    role_id: form.match(/value="(rl_\w+)"[^>]*>Viewer/)![1],
    expiration: 'none',
    token: form.match(/name="token" value="([^"]+)"/)![1],
  };
  const post = () => http.post('/settings/api-keys/new', { form: fields });
  const answers = await Promise.all([post(), post(), post()]);
  const texts = await Promise.all(answers.map((answer: APIResponse) => answer.text()));
  expect(texts.map((text) => (text.match(/aug_sk_prod_\w{73}/) ? 'secret' : text.includes('Show a new secret') ? 'offer' : text)).sort()).toEqual(['offer', 'offer', 'secret']);
  const secret = texts.join().match(/aug_sk_prod_\w{73}/)![0];
  expect(await whoami(secret)).toBe('200 Viewer');
  await http.dispose();
});

test.describe('before the browser part is alive', () => {
  test.beforeEach(async ({ page, allow }) => {
    allow(/wasm|preload/);
    await page.route('**/*.wasm', () => {});
  });

  for (const ms of GAPS) {
    test(`Create clicked twice opens the form: ${ms} ms`, async ({ page, keys, name, whoami }) => {
      await page.goto('/settings/api-keys', { waitUntil: 'commit' });
      await expect(keys.createButton).toBeVisible();
      await clickTwice(page, keys.createButton, ms);
      await expect(page).toHaveURL(/\/settings\/api-keys\/new/);
      await keys.fillCreate(name('Early'));
      await page.getByRole('button', { name: 'Create key' }).click();
      await expect(keys.secretKey).toHaveValue(/^aug_sk_prod_/);
      expect(await whoami(await keys.secretKey.inputValue())).toBe('200 Viewer');
    });

    test(`Create key clicked twice ends with a secret that works: ${ms} ms`, async ({ page, keys, name, whoami, allow }) => {
      allow(/status of 409/);
      const early = name('Early twice');
      await page.goto('/settings/api-keys/new', { waitUntil: 'commit' });
      await keys.fillCreate(early);
      await clickTwice(page, page.getByRole('button', { name: 'Create key' }), ms);
      expect(await whoami(await secretAtLast(page))).toBe('200 Viewer');
      await page.goto(`/settings/api-keys?q=${encodeURIComponent(early)}`, { waitUntil: 'commit' });
      await expect(keys.table.getByRole('row')).toHaveCount(2);
    });

    test(`Rotate key clicked twice ends with a secret that works: ${ms} ms`, async ({ page, name, makeKey, whoami, allow }) => {
      allow(/status of 409/);
      const key = await makeKey(name('Early rotation'));
      await page.goto(`/settings/api-keys/${key.id}/rotate`, { waitUntil: 'commit' });
      await clickTwice(page, page.getByRole('button', { name: 'Rotate key' }), ms);
      expect(await whoami(await secretAtLast(page))).toBe('200 Viewer');
    });
  }
});

for (const [width, height] of [[1280, 900], [390, 800]]) {
  test(`the second click hits nothing that leaves the secret: ${width} px`, async ({ page, keys, name, makeKey, postForm, allow }) => {
    test.slow();
    allow(/wasm|preload|status of 422/);
    await page.route('**/*.wasm', () => {});
    await page.setViewportSize({ width, height });
    const inAMonth = new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10);
    const forms: [string, () => Promise<void>][] = [
      ['a date', async () => {
        await page.goto('/settings/api-keys/new', { waitUntil: 'commit' });
        await keys.fillCreate(name('Dated'), { expiration: 'Custom date' });
        await page.getByLabel('Expires on').fill(inAMonth);
      }],
      ['a mistake before', async () => {
        await page.goto('/settings/api-keys/new', { waitUntil: 'commit' });
        await page.getByRole('button', { name: 'Create key' }).click();
        await expect(page.getByLabel('Name', { exact: true })).toHaveAttribute('aria-invalid', 'true');
        await keys.fillCreate(name('Mended'));
      }],
      ['two secrets', async () => {
        const key = await makeKey(name('Two'));
        await postForm(key, 'rotate', { old_secret: '24h', expiration: 'keep' });
        await page.goto(`/settings/api-keys/${key.id}/rotate`, { waitUntil: 'commit' });
      }],
    ];
    for (const [what, fill] of forms) {
      await fill();
      const send = page.getByRole('button', { name: /^(Create|Rotate) key$/ });
      await clickTwice(page, send, 400);
      await expect(keys.secretKey, what).toHaveValue(/^aug_sk_prod_/);
      await expect(page.getByRole('heading', { name: 'Save your API key' }), what).toBeVisible();
    }
  });
}

/** The secret that is shown, or that is shown when asked for. */
async function secretAtLast(page: Page): Promise<string> {
  const field = page.getByRole('textbox', { name: 'Secret key' });
  const offer = page.getByRole('button', { name: 'Show a new secret' });
  await expect(field.or(offer)).toBeVisible();
  if (await offer.isVisible()) await offer.click();
  await expect(field).toHaveValue(/^aug_sk_prod_/);
  return field.inputValue();
}
