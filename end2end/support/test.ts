import { test as base, expect, type Page } from '@playwright/test';
import { makeKey, postForm, whoami, type MadeKey } from './api';
import { KeysTab } from './keys-tab';
import { Server, type SignedIn } from './server';

export { expect };
export type { MadeKey, Page };
export { ADMIN, Server } from './server';

interface TestFixtures {
  /** The API Keys tab of this test's page. */
  keys: KeysTab;
  /** A name that no other test uses. */
  name: (word: string) => string;
  makeKey: (name: string, options?: { role?: string; expiration?: string }) => Promise<MadeKey>;
  postForm: (key: MadeKey, action: 'edit' | 'rotate' | 'revoke' | 'delete', fields?: Record<string, string>) => Promise<number>;
  whoami: (secret: string) => Promise<string>;
  /** Lets pass what this test provokes; anything else in the browser's console fails it. */
  allow: (message: RegExp) => void;
  /** A server that nobody has set up. */
  freshServer: Server;
}

interface WorkerFixtures {
  server: Server;
  admin: SignedIn;
}

let named = 0;

export const test = base.extend<TestFixtures, WorkerFixtures>({
  server: [
    async ({}, use) => {
      const server = await Server.start();
      await server.setUp();
      await use(server);
      await server.stop();
    },
    { scope: 'worker', timeout: 60_000 },
  ],
  admin: [async ({ server }, use) => use(server.admin), { scope: 'worker' }],
  baseURL: async ({ server }, use) => use(server.url),
  storageState: async ({ admin }, use) => use(admin),

  freshServer: async ({ context }, use) => {
    const server = await Server.start();
    await use(server);
    // A page that is still fetching its icon would miss the server.
    await Promise.all(context.pages().map((page) => page.close()));
    await server.stop();
  },
  keys: async ({ page }, use) => use(new KeysTab(page)),
  name: async ({}, use) => use((word) => `${word} ${process.env.TEST_WORKER_INDEX}-${(named += 1)}`),
  makeKey: async ({ server, admin }, use) => use((name, options) => makeKey(server, admin, name, options)),
  postForm: async ({ server, admin }, use) => use((...args) => postForm(server, admin, ...args)),
  whoami: async ({ server }, use) => use((secret) => whoami(server, secret)),

  allow: [
    async ({ context }, use) => {
      const allowed: RegExp[] = [];
      const heard: string[] = [];
      context.on('weberror', (error) => heard.push(`page error: ${error.error()}`));
      context.on('console', (message) => {
        if (['error', 'warning'].includes(message.type())) {
          heard.push(`console ${message.type()}: ${message.text()} (${message.location().url})`);
        }
      });
      await use((message) => allowed.push(message));
      const unexpected = heard.filter((text) => !allowed.some((pattern) => pattern.test(text)));
      expect(unexpected, 'what the browser complained about').toEqual([]);
    },
    { auto: true },
  ],
});

/** Cookies of nobody, for `test.use`. */
export const SIGNED_OUT = { storageState: { cookies: [], origins: [] } };
