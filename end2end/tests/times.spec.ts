import { expect, test } from '../support/test';

test('times go on by themselves', async ({ page, keys, name, makeKey }) => {
  const key = await makeKey(name('Ticking'));
  await page.clock.install();
  await keys.open();
  const made = keys.row(key.name).getByRole('cell').nth(6).locator('time');
  await expect(made).toHaveText('just now');
  const exact = await made.getAttribute('title');
  await page.clock.fastForward('05:00');
  await expect(made).toHaveText(/[456] minutes ago/);
  await expect(made).toHaveAttribute('title', exact!);
  await page.clock.fastForward('03:00:00');
  await expect(made).toHaveText('3 hours ago');
});

test('times go by the server, whatever the clock here says', async ({ page, keys, name, makeKey }) => {
  const key = await makeKey(name('Ticking elsewhere'));
  await page.clock.install({ time: Date.now() + 3 * 3600_000 });
  await keys.open();
  const made = keys.row(key.name).getByRole('cell').nth(6).locator('time');
  await expect(made).toHaveText('just now');
  await page.clock.fastForward('05:00');
  await expect(made).toHaveText(/[456] minutes ago/);
});

test('what is opened while the page looks again stays open', async ({ page, keys, name, makeKey, server }) => {
  const key = await makeKey(name('Looked at'));
  await keys.open();
  await server.sql('update api_key set updated_at = now(), expires_at = now() where name = $1', key.name);
  let answer = () => {};
  const asked = new Promise<void>((resolve) => (answer = resolve));
  await page.route('**/settings/api-keys', async (route) => {
    const response = await route.fetch();
    await asked;
    await route.fulfill({ response });
  });
  const looked = page.waitForResponse('**/settings/api-keys');
  await page.evaluate(() => window.dispatchEvent(new Event('focus')));
  await keys.menuButton(key.name).click();
  const item = page.getByRole('menuitem', { name: 'View' });
  await expect(item).toBeFocused();
  answer();
  await (await looked).finished();
  await page.evaluate(async () => {
    for (let i = 0; i < 3; i += 1) await new Promise(requestAnimationFrame);
  });
  await expect(item).toBeFocused();
});

for (const event of ['focus', 'visibilitychange']) {
  test(`a tab that is looked at again shows what is so then: ${event}`, async ({ page, keys, name, makeKey, server }) => {
    const key = await makeKey(name('Seen before'));
    const anew = name('Seen after');
    await keys.open();
    await expect(keys.row(key.name)).toBeVisible();
    await server.sql('update api_key set name = $1, expires_at = now() where id = (select id from api_key where name = $2)', anew, key.name);
    await page.evaluate((event) => (event === 'focus' ? window : document).dispatchEvent(new Event(event, { bubbles: true })), event);
    await expect(keys.row(anew)).toContainText('Expired');
    await expect(keys.row(key.name)).toHaveCount(0);
  });
}

test('looking again takes neither what is typed nor the place on the page', async ({ page, keys, name, makeKey, server }) => {
  const key = await makeKey(name('Still'));
  await keys.open();
  await keys.createButton.click();
  await keys.fillCreate('Half typed');
  await server.sql('update api_key set name = $1 where name = $2', name('Moved'), key.name);
  await page.evaluate(() => window.dispatchEvent(new Event('focus')));
  await expect(page.getByLabel('Name', { exact: true })).toHaveValue('Half typed');
  await expect(keys.dialog('Create API key')).toBeVisible();
});
