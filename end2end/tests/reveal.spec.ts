import { execFile } from 'node:child_process';
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test, type Page } from '../support/test';
import type { KeysTab } from '../support/keys-tab';
import { holds } from '../support/sends';

const run = promisify(execFile);

test.beforeEach(async ({ context }) => context.grantPermissions(['clipboard-read', 'clipboard-write']));

test('the new secret comes with name, role and expiry', async ({ page, keys, name }) => {
  const key = name('Facts');
  await create(page, keys, key, '30 days');
  const day = new Date(Date.now() + 30 * 86_400_000).toLocaleDateString('en-US', { timeZone: 'UTC', year: 'numeric', month: 'long', day: 'numeric' });
  await expect(keys.reveal).toContainText(key);
  await expect(keys.reveal).toContainText('Viewer');
  await expect(keys.reveal).toContainText(day);
  await expect(keys.secretKey).toHaveValue(/^aug_sk_prod_[0-9A-Za-z]{22}_[0-9A-Za-z]{50}$/);
  await expect(keys.secretKey).toHaveJSProperty('readOnly', true);
  // All of it can be read without scrolling in the field.
  expect(await keys.secretKey.evaluate((field) => field.scrollWidth <= field.clientWidth && field.scrollHeight <= field.clientHeight)).toBe(true);
});

test('after a rotation it tells when each older secret stops', async ({ page, keys, name, makeKey, postForm }) => {
  const key = await makeKey(name('Overlapped'));
  await postForm(key, 'rotate', { old_secret: '24h', expiration: 'keep' });
  await keys.open();
  await keys.chooseFromMenu(key.name, 'Rotate');
  const living = page.getByRole('table', { name: 'Secrets that work today' });
  await expect(living).toContainText(key.secret.slice(-4));
  await expect(keys.oldSecret('Keep what was promised')).toBeChecked();
  await page.getByRole('button', { name: 'Rotate key' }).click();
  const tomorrow = new Date(Date.now() + 86_400_000).toLocaleDateString('en-US', { timeZone: 'UTC', year: 'numeric', month: 'long', day: 'numeric' });
  await expect(keys.reveal).toContainText(key.secret.slice(-4));
  await expect(keys.reveal).toContainText(new RegExp(`${key.secret.slice(-4)}\\W+stops ${tomorrow}, \\d\\d:\\d\\d UTC`));
});

test('each snippet works as pasted', async ({ page, keys, name, server }) => {
  test.slow();
  const key = name('Snippets');
  await create(page, keys, key);
  const secret = await keys.secretKey.inputValue();
  const dir = await mkdtemp(join(tmpdir(), 'augno-snippets-'));
  const snippet = async (tab: string, file: string) => {
    await page.getByRole('tab', { name: tab, exact: true }).click();
    const text = () => page.evaluate(() => navigator.clipboard.readText());
    const before = await text();
    await page.getByRole('button', { name: /^(Copy snippet|Copied)$/ }).click();
    await expect.poll(text).not.toBe(before);
    expect(await text()).toContain(secret);
    await writeFile(join(dir, file), await text());
  };
  const says = async (program: string, ...args: string[]) => (await run(program, args, { cwd: dir, env: { ...process.env, FORCE_COLOR: '0' } })).stdout.replace(/\s/g, '');
  await snippet('Shell', 'whoami.sh');
  expect(await says('bash', 'whoami.sh')).toContain(`"name":"${key.replace(/\s/g, '')}"`);
  await snippet('JavaScript', 'whoami.cjs');
  expect(await says('node', 'whoami.cjs')).toContain(`name:'${key.replace(/\s/g, '')}'`);
  await copyFile(join(dir, 'whoami.cjs'), join(dir, 'whoami.mjs'));
  expect(await says('node', 'whoami.mjs')).toContain(`name:'${key.replace(/\s/g, '')}'`);
  await snippet('Python', 'whoami.py');
  expect(await says('python3', 'whoami.py')).toContain(`"name":"${key.replace(/\s/g, '')}"`);
  await snippet('.env', '.env');
  const fromEnv = `set -a; . ./.env; curl -s ${server.url}/v1/auth/whoami -H "Authorization: Bearer $AUGNO_API_KEY"`;
  expect(await says('bash', '-c', fromEnv)).toContain(`"name":"${key.replace(/\s/g, '')}"`);
  await rm(dir, { recursive: true });
});

test('Copied is said of the snippet that was copied alone', async ({ page, keys, name }) => {
  await create(page, keys, name('One of four'));
  await page.getByRole('button', { name: 'Copy snippet' }).click();
  await expect(page.getByRole('button', { name: 'Copied', exact: true })).toBeVisible();
  await page.getByRole('tab', { name: 'Python' }).click();
  await expect(page.getByRole('button', { name: 'Copy snippet' })).toBeVisible();
});

test('the tabs take arrow keys', async ({ page, keys, name }) => {
  await create(page, keys, name('Arrows'));
  await page.getByRole('tab', { name: 'Shell' }).focus();
  for (const tab of ['.env', 'JavaScript', 'Python', 'Shell']) {
    await page.keyboard.press('ArrowRight');
    await expect(page.getByRole('tab', { name: tab, exact: true })).toBeFocused();
    await expect(page.getByRole('tab', { name: tab, exact: true })).toHaveAttribute('aria-selected', 'true');
  }
});

for (const copy of ['Copy', 'Copy snippet']) {
  test(`Done asks until ${copy} was pressed, then closes at once`, async ({ page, keys, name }) => {
    await create(page, keys, name('Asked'));
    const question = page.getByRole('alertdialog', { name: 'Close without saving?' });
    await page.getByRole('button', { name: 'Done' }).click();
    await question.getByRole('button', { name: 'Keep open' }).click();
    await expect(question).toBeHidden();
    await expect(keys.reveal).toBeVisible();
    const secret = await keys.secretKey.inputValue();
    await page.getByRole('button', { name: copy, exact: true }).click();
    await expect(page.getByRole('button', { name: 'Copied', exact: true })).toBeVisible();
    await page.getByRole('button', { name: 'Done' }).click();
    await expect(keys.reveal).toBeHidden();
    await expect(question).toHaveCount(0);
    expect(holds(await page.content(), secret)).toBe(false);
    expect(await page.locator('input, textarea').evaluateAll((all) => all.map((field) => (field as HTMLInputElement).value).join())).not.toContain(secret);
  });
}

test('Escape and a click outside do nothing, also over the question', async ({ page, keys, name }) => {
  await create(page, keys, name('Firm'));
  for (let i = 0; i < 3; i += 1) await page.keyboard.press('Escape');
  for (const [x, y] of [[5, 5], [1200, 700], [640, 5]]) await page.mouse.dblclick(x, y);
  await expect(keys.reveal).toBeVisible();
  await expect(keys.secretKey).toHaveValue(/^aug_sk_prod_/);
  await page.getByRole('button', { name: 'Done' }).click();
  await page.mouse.click(5, 5);
  for (let i = 0; i < 3; i += 1) await page.keyboard.press('Escape');
  await expect(keys.secretKey).toHaveValue(/^aug_sk_prod_/);
  await expect(keys.reveal).toBeVisible();
});

test('leaving the page asks until the secret was copied', async ({ page, keys, name }) => {
  await create(page, keys, name('Left'));
  const asked: string[] = [];
  page.on('dialog', async (dialog) => (asked.push(dialog.type()), dialog.dismiss()));
  await page.evaluate(() => location.reload());
  await expect.poll(() => asked).toEqual(['beforeunload']);
  await expect(keys.secretKey).toHaveValue(/^aug_sk_prod_/);
  await page.getByRole('button', { name: 'Copy', exact: true }).click();
  await expect(page.getByRole('button', { name: 'Copied', exact: true })).toBeVisible();
  await page.reload();
  await expect(keys.createButton).toBeVisible();
  expect(asked).toEqual(['beforeunload']);
});

test('the first request is told, of a new key and of a rotated one', async ({ page, keys, name, whoami, makeKey }) => {
  await create(page, keys, name('First'));
  await whoami(await keys.secretKey.inputValue());
  await expect(keys.reveal).toContainText('First request: 200 from 127.0.0.1');
  await keys.leaveSecret();

  const key = await makeKey(name('Second'));
  await page.reload();
  await keys.running();
  await keys.chooseFromMenu(key.name, 'Rotate');
  await keys.oldSecret('1 hour').check();
  await page.getByRole('button', { name: 'Rotate key' }).click();
  // The older secret's requests are not the new one's first.
  expect(await whoami(key.secret)).toBe('200 Viewer');
  const fresh = await keys.secretKey.inputValue();
  const { origin } = new URL(page.url());
  await fetch(`${origin}/v1/identity/nowhere`, { headers: { authorization: `Bearer ${fresh}` } });
  await expect(keys.reveal).toContainText('First request: 404 from 127.0.0.1');
});

async function create(page: Page, keys: KeysTab, name: string, expiration = 'No expiration') {
  await keys.open();
  await keys.createButton.click();
  await keys.fillCreate(name, { expiration });
  await page.getByRole('button', { name: 'Create key' }).click();
  await expect(keys.reveal).toBeVisible();
}
