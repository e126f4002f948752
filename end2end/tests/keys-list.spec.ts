import { expect, test } from '../support/test';

test('the filter lives in the URL: links, counts, reload and back', async ({ page, keys, name, makeKey, postForm }) => {
  const [active, revoked] = [await makeKey(name('Listed')), await makeKey(name('Struck'))];
  await postForm(revoked, 'revoke');
  await keys.open();
  await expect(keys.filter('All')).toHaveAttribute('aria-current', /./);
  await keys.filter('Revoked').click();
  await expect(page).toHaveURL(/\?status=revoked$/);
  await expect(keys.filter('Revoked')).toHaveAttribute('aria-current', /./);
  await expect(keys.filter('All')).not.toHaveAttribute('aria-current', /./);
  await expect(keys.row(revoked.name)).toBeVisible();
  await expect(keys.row(active.name)).toHaveCount(0);

  await page.reload();
  await expect(keys.row(revoked.name)).toBeVisible();
  await expect(keys.row(active.name)).toHaveCount(0);
  await page.goBack();
  await expect(page).toHaveURL(/\/settings\/api-keys$/);
  await expect(keys.row(active.name)).toBeVisible();
  await page.goForward();
  await expect(keys.row(active.name)).toHaveCount(0);
});

test('the counts follow what is done', async ({ page, keys, name, makeKey }) => {
  const key = await makeKey(name('Counted'));
  await keys.open();
  const count = async (filter: string) => Number((await keys.filter(filter).innerText()).match(/\d+/)![0]);
  const before = { active: await count('Active'), revoked: await count('Revoked') };
  await keys.chooseFromMenu(key.name, 'Revoke');
  await page.getByRole('button', { name: 'Revoke key' }).click();
  await expect(keys.filter('Revoked')).toHaveText(`Revoked ${before.revoked + 1}`);
  await expect(keys.filter('Active')).toHaveText(`Active ${before.active - 1}`);
});

test('searching finds names in any case and the last four characters', async ({ page, keys, name, makeKey }) => {
  const key = await makeKey(name('Findable Söker'));
  const other = await makeKey(name('Something else'));
  await keys.open();
  await keys.search.fill(key.name.toLowerCase().slice(0, -2));
  await expect(page).toHaveURL(/\?q=findable/);
  await expect(keys.row(key.name)).toBeVisible();
  await expect(keys.row(other.name)).toHaveCount(0);

  await keys.search.fill(other.secret.slice(-4));
  await expect(keys.row(other.name)).toBeVisible();
  await expect(keys.row(key.name)).toHaveCount(0);
  await page.reload();
  await keys.running();
  await expect(keys.search).toHaveValue(other.secret.slice(-4));
  await expect(keys.row(other.name)).toBeVisible();

  await keys.search.fill('');
  await expect(page).toHaveURL(/\/settings\/api-keys$/);
  await expect(keys.row(key.name)).toBeVisible();
});

test('a search keeps the status and a status keeps the search', async ({ page, keys, name, makeKey, postForm }) => {
  const word = name('Twofold');
  const [active, revoked] = [await makeKey(`${word} a`), await makeKey(`${word} r`)];
  await postForm(revoked, 'revoke');
  await keys.open('/settings/api-keys?status=active');
  await keys.search.fill(word);
  await expect(page).toHaveURL(/status=active&q=/);
  await expect(keys.row(active.name)).toBeVisible();
  await expect(keys.row(revoked.name)).toHaveCount(0);
  await keys.filter('Revoked').click();
  await expect(keys.search).toHaveValue(word);
  await expect(keys.row(revoked.name)).toBeVisible();
  await expect(keys.row(active.name)).toHaveCount(0);
});

test('wildcards mean themselves', async ({ keys, name, makeKey }) => {
  const [percent, plain] = [await makeKey(name('100% _ \\ sure')), await makeKey(name('100 or so sure'))];
  await keys.open();
  await keys.search.fill('% _ \\');
  await expect(keys.row(percent.name)).toBeVisible();
  await expect(keys.row(plain.name)).toHaveCount(0);
});

test('no match says so and leads out', async ({ page, keys, name, makeKey }) => {
  const key = await makeKey(name('Somewhere'));
  await keys.open();
  await keys.search.fill('nothing is called this');
  await expect(page.getByRole('heading', { name: 'No matching keys' })).toBeVisible();
  await page.getByRole('link', { name: 'Clear the filter' }).click();
  await expect(page).toHaveURL(/\/settings\/api-keys$/);
  await expect(keys.row(key.name)).toBeVisible();
  await expect(keys.search).toHaveValue('');
});

test('fifty a page, newest first, forwards and back', async ({ page, keys, name, makeKey }) => {
  test.slow();
  const word = name('Paged');
  for (let i = 1; i <= 52; i += 1) await makeKey(`${word} n${String(i).padStart(2, '0')}`);
  await keys.open(`/settings/api-keys?q=${encodeURIComponent(word)}`);
  const rows = keys.table.getByRole('row');
  await expect(rows).toHaveCount(51);
  await expect(rows.nth(1)).toContainText('n52');
  await expect(page.getByRole('link', { name: 'Previous page' })).toHaveCount(0);

  await page.getByRole('link', { name: 'Next page' }).click();
  await expect(rows).toHaveCount(3);
  await expect(rows.nth(1)).toContainText('n02');
  await expect(page).toHaveURL(/cursor=/);
  await expect(page.getByRole('link', { name: 'Next page' })).toHaveCount(0);
  await page.reload();
  await expect(rows).toHaveCount(3);

  await page.getByRole('link', { name: 'Previous page' }).click();
  await expect(rows).toHaveCount(51);
  await expect(rows.nth(1)).toContainText('n52');
  await page.goBack();
  await expect(rows).toHaveCount(3);
});

test('times are words with the exact time behind them', async ({ keys, name, makeKey }) => {
  const key = await makeKey(name('Timed'));
  await keys.open();
  const created = keys.row(key.name).locator('time');
  await expect(created).toHaveText('just now');
  await expect(created).toHaveAttribute('datetime', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  await expect(created).toHaveAttribute('title', /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC$/);
});

test('a key never used in 90 days says so', async ({ server, keys, name, makeKey }) => {
  const key = await makeKey(name('Idle'));
  await server.sql("update api_key set created_at = now() - interval '91 days' where name = $1", key.name);
  await keys.open();
  await expect(keys.row(key.name)).toContainText('Never used');
});

test('a URL edited by hand shows keys, not an error', async ({ keys, name, makeKey }) => {
  const key = await makeKey(name('Lenient'));
  await keys.open('/settings/api-keys?status=nonsense&cursor=nonsense&page=7');
  await expect(keys.row(key.name)).toBeVisible();
});
