import { expect, test } from '../support/test';
import { holds, sends } from '../support/sends';

const PASTES: [string, (secret: string) => string][] = [
  ['the secret', (secret) => secret],
  ['Bearer', (secret) => `Bearer ${secret}`],
  ['a header', (secret) => `Authorization: bearer ${secret}`],
  ['a line of .env', (secret) => `AUGNO_API_KEY=${secret}`],
  ['an exported line of .env', (secret) => `export AUGNO_API_KEY="${secret}" # production`],
  ['double quotes', (secret) => `"${secret}"`],
  ['single quotes', (secret) => `'${secret}',`],
  ['curly quotes', (secret) => `“${secret}”`],
  ['JSON', (secret) => `{"api_key":"${secret}"}`],
  ['a curl line', (secret) => `curl https://api.acme.example/v1/auth/whoami -H "Authorization: Bearer ${secret}"`],
  ['a URL', (secret) => `https://api.acme.example/v1?key=${secret}&x=1`],
  ['after a redacted value', (secret) => `aug_sk_prod_****hjt4 ${secret}`],
  ['before another prefix', (secret) => `${secret} # not aug_sk_test_`],
  ['two lines', (secret) => `curl https://api.acme.example \\\n  -H "Authorization: Bearer ${secret}"\n`],
  ['a long text', (secret) => `${'This is what the log said. '.repeat(30)}${secret} ${'and more '.repeat(30)}`],
];

for (const [what, paste] of PASTES) {
  test(`${what} pasted into the search finds the key and tells nobody the secret`, async ({ page, keys, name, makeKey, server }) => {
    const key = await makeKey(name('Pasted'));
    const sent = sends(page);
    await keys.open();
    await keys.search.focus();
    await page.keyboard.insertText(paste(key.secret));
    await expect(page).toHaveURL(/\?q=/);
    await expect(keys.row(key.name)).toBeVisible();
    await expect(keys.table.getByRole('row')).toHaveCount(2);
    await keys.search.press('Enter');
    await expect(keys.table.getByRole('row')).toHaveCount(2);
    await page.reload();
    await expect(keys.row(key.name)).toBeVisible();
    expect(sent.filter((text) => holds(text, key.secret))).toEqual([]);
    expect(holds(server.output, key.secret)).toBe(false);
    expect(holds(await page.content(), key.secret)).toBe(false);
  });
}

test('a secret typed letter by letter is kept from the server too', async ({ page, keys, name, makeKey }) => {
  const key = await makeKey(name('By hand'));
  const sent = sends(page);
  await keys.open();
  await keys.search.pressSequentially(key.secret);
  await expect(keys.table.getByRole('row')).toHaveCount(2);
  await expect(keys.row(key.name)).toBeVisible();
  expect(sent.filter((text) => holds(text, key.secret))).toEqual([]);
});

test('a key is found by its id', async ({ keys, name, makeKey }) => {
  const key = await makeKey(name('Known by id'));
  await keys.open();
  for (const typed of [key.id, ` ${key.id} `, key.id.toUpperCase()]) {
    await keys.search.fill(typed);
    await expect(keys.row(key.name)).toBeVisible();
    await expect(keys.table.getByRole('row')).toHaveCount(2);
  }
});

test('an older secret finds its key by its last four while it works, and not after', async ({ page, keys, name, makeKey, postForm, server }) => {
  const key = await makeKey(name('Still works'));
  await postForm(key, 'rotate', { old_secret: '24h', expiration: 'keep' });
  await keys.open();
  await keys.search.fill(key.secret.slice(-4));
  await expect(keys.row(key.name)).toBeVisible();
  await expect(keys.table.getByRole('row')).toHaveCount(2);
  await server.sql("update api_key_secret set stops_at = now() - interval '1 minute' where stops_at > now()");
  await page.reload();
  await expect(page.getByRole('heading', { name: 'No matching keys' })).toBeVisible();
});

test('words count in any order, in any case, with or without their accents', async ({ keys, name, makeKey }) => {
  const key = await makeKey(name('Zürich Großhandel ÉCLAIR Søren'));
  const other = await makeKey(name('Zürich Einzelhandel'));
  await keys.open();
  for (const typed of ['eclair zurich', 'GROSSHANDEL ZÜRICH', 'soren éclair', 'großhandel', 'e\u0301clair', 'clair rich']) {
    await keys.search.fill(typed);
    await expect(keys.row(other.name), typed).toHaveCount(0);
    await expect(keys.row(key.name), typed).toBeVisible();
    await keys.search.fill('');
    await expect(keys.row(other.name)).toBeVisible();
  }
});

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false });

  for (const [what, paste] of PASTES.filter(([what]) => /^Bearer|^a line/.test(what))) {
    test(`${what} pasted into the search finds the key`, async ({ page, keys, name, makeKey, server }) => {
      const key = await makeKey(name('Scriptless paste'));
      const urls: string[] = [];
      page.on('request', (request) => urls.push(request.url()));
      await page.goto('/settings/api-keys');
      await keys.search.focus();
      await page.keyboard.insertText(paste(key.secret));
      await keys.search.press('Enter');
      await expect(page).toHaveURL(/\?/);
      await expect(keys.row(key.name)).toBeVisible();
      await expect(keys.table.getByRole('row')).toHaveCount(2);
      expect(urls.filter((url) => holds(url, key.secret))).toEqual([]);
      expect(holds(server.output, key.secret)).toBe(false);
    });
  }
});
