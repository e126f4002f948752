import type { Locator, Page } from '@playwright/test';
import config from '../playwright.config';

/** Between the two clicks of people: quick, slow, and a second try at what seemed not to work. */
export const GAPS = [0, 50, 100, 200, 400, 800];

/** Playwright lets a page be clicked before it has drawn anything, which browsers do not. */
export const AS_BROWSERS_DO = {
  launchOptions: { ...config.use!.launchOptions, ignoreDefaultArgs: ['--allow-pre-commit-input'] },
};

/**
 * Lets time pass inside the page. The time between two clicks is what these tests put in: it waits for nothing.
 */
export async function gap(page: Page, ms: number): Promise<void> {
  // A page that is left meanwhile has had its time.
  await page.evaluate((ms) => new Promise((done) => setTimeout(done, ms)), ms).catch(() => {});
}

/** Two clicks of a mouse that does not move: the second hits whatever is there by then. */
export async function clickTwice(page: Page, target: Locator, ms: number): Promise<void> {
  await target.scrollIntoViewIfNeeded();
  const { x, y, width, height } = (await target.boundingBox())!;
  const [left, top] = [x + width / 2, y + height / 2];
  await page.mouse.click(left, top);
  await gap(page, ms);
  await page.mouse.click(left, top);
}
