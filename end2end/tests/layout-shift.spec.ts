import { expect, test, type Page } from '../support/test';
import type { KeysTab } from '../support/keys-tab';
import { insertKeys, names } from '../support/rows';

for (const slower of [1, 4]) {
  for (const width of [1280, 360]) {
    test(`nothing jumps, at a processor ${slower} times slower, ${width} px wide`, async ({ page, keys, name, makeKey, postForm, server }) => {
      test.setTimeout(120_000);
      const word = name('Still');
      await insertKeys(server, names(word, 60));
      await postForm(await makeKey(`${word} revoked`), 'revoke');
      await page.setViewportSize({ width, height: 800 });
      const cdp = await page.context().newCDPSession(page);
      await cdp.send('Emulation.setCPUThrottlingRate', { rate: slower });
      await watchShifts(page);

      for (const load of ['cold', 'warm']) {
        await keys.open(`/settings/api-keys?q=${encodeURIComponent(word)}`);
        await expectStill(page, `a ${load} load`);
      }
      if (width < 640) await page.locator('summary').filter({ hasText: 'Filters' }).click();
      for (const [what, act] of [...byMouse(keys), ...byKeyboard(page, keys, word), ...byPages(page)]) {
        await answered(page, act);
        await expectStill(page, what);
      }
    });
  }
}

test('a list that comes late moves nothing that is seen', async ({ page, keys, name, server }) => {
  const word = name('Late');
  await insertKeys(server, names(word, 60));
  await watchShifts(page);
  await keys.open(`/settings/api-keys?q=${encodeURIComponent(word)}`);
  const select = (name: string) => page.getByRole('combobox', { name, exact: true });
  // Set by program: no input excuses a shift, as none does when the answer takes longer than half a second.
  for (const label of ['Never used', 'Admin keys', 'None']) {
    await answered(page, () => select('More filters').selectOption({ label }));
    await expectStill(page, label);
  }
  for (const typed of [`${word} n001`, 'nothing is called this', word]) {
    await answered(page, () => keys.search.fill(typed));
    await expectStill(page, typed);
  }
});

type Step = [string, () => Promise<unknown>];

function byMouse(keys: KeysTab): Step[] {
  return ['Revoked', 'Expired', 'Active', 'All'].map((status) => [status, () => keys.filter(status).click()]);
}

/** Each select's every choice, with the arrow keys, and searches typed letter by letter. */
function byKeyboard(page: Page, keys: KeysTab, word: string): Step[] {
  const through = (name: string, choices: number): Step[] =>
    [...Array(choices).fill('ArrowDown'), 'Home'].map((key, i) => [
      `${name}, choice ${i + 1}`,
      async () => {
        await page.getByRole('combobox', { name, exact: true }).focus();
        await page.keyboard.press(key);
      },
    ]);
  const searches = [' n001', ' nothing is called this', ''].map((rest): Step => [
    `search ${word}${rest}`,
    async () => {
      await keys.search.press('ControlOrMeta+a');
      await keys.search.pressSequentially(word + rest);
    },
  ]);
  return [...through('Sort by', 3), ...through('More filters', 5), ...through('Role', 2), ...searches];
}

function byPages(page: Page): Step[] {
  return ['Next page', 'Previous page'].map((name) => [name, () => page.getByRole('link', { name }).click()]);
}

/** Does something that asks the server, and waits for the list that it answers with. */
async function answered(page: Page, act: () => Promise<unknown>) {
  const answer = page.waitForResponse((response) => response.url().includes('/settings/api-keys'));
  await act();
  await (await answer).finished();
}

/** Notes each layout shift that no input excuses. */
async function watchShifts(page: Page) {
  await page.addInitScript(() => {
    const moved: string[] = [];
    Object.assign(window, { moved });
    type Shift = { value: number; hadRecentInput: boolean; sources: { node?: Element }[] };
    new PerformanceObserver((list) => {
      for (const { value, hadRecentInput, sources } of list.getEntries() as unknown as Shift[]) {
        if (!hadRecentInput) moved.push(`${value.toFixed(4)}: ${sources.map(({ node }) => `${node?.nodeName}.${node?.className}`)}`);
      }
    }).observe({ type: 'layout-shift', buffered: true });
  });
}

/** After three frames, in which the last answer is drawn. */
async function expectStill(page: Page, after: string) {
  const moved = await page.evaluate(async () => {
    for (let i = 0; i < 3; i += 1) await new Promise(requestAnimationFrame);
    return (window as unknown as { moved: string[] }).moved;
  });
  expect(moved, after).toEqual([]);
}
