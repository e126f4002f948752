import { expect, type Locator, type Page } from '@playwright/test';

/** The API Keys tab, as people and screen readers find their way in it. */
export class KeysTab {
  constructor(readonly page: Page) {}

  get createButton(): Locator {
    return this.page.getByRole('button', { name: 'Create', exact: true });
  }
  get search(): Locator {
    return this.page.getByRole('searchbox', { name: 'Search keys' });
  }
  get table(): Locator {
    return this.page.getByRole('table', { name: 'API keys' });
  }
  get status(): Locator {
    return this.page.getByRole('status');
  }
  /** The dialog with the new secret. */
  get reveal(): Locator {
    return this.dialog('Save your API key');
  }
  get secretKey(): Locator {
    return this.page.getByRole('textbox', { name: 'Secret key' });
  }

  /** Opens a page and waits until the browser part runs it. */
  async open(path = '/settings/api-keys'): Promise<void> {
    await this.page.goto(path);
    await this.running();
  }

  /** Resolves when the browser part runs on the page that is open. */
  async running(): Promise<void> {
    await expect(this.page.locator('html[data-alive]')).toBeAttached();
  }

  dialog(name: string): Locator {
    return this.page.getByRole('dialog', { name, exact: true });
  }
  row(name: string): Locator {
    return this.table.getByRole('row').filter({ has: this.page.getByRole('link', { name, exact: true }) });
  }
  menuButton(name: string): Locator {
    return this.page.getByRole('button', { name: `Actions for ${name}`, exact: true });
  }
  filter(name: string): Locator {
    return this.page.getByRole('navigation', { name: 'Filter by status' }).getByRole('link', { name: new RegExp(`^${name} \\d+$`) });
  }

  async chooseFromMenu(name: string, action: string): Promise<void> {
    await this.menuButton(name).click();
    await this.page.getByRole('menuitem', { name: action, exact: true }).click();
  }

  /** One of the choices of **Old secret**. */
  oldSecret(label: string): Locator {
    return this.page.getByRole('group', { name: 'Old secret' }).getByRole('radio', { name: label, exact: true });
  }

  /** Fills the form of creation, wherever it stands. */
  async fillCreate(name: string, { role = 'Viewer', expiration = 'No expiration' } = {}): Promise<void> {
    await this.page.getByLabel('Name', { exact: true }).fill(name);
    await choose(this.page.getByLabel('Role', { exact: true }), role);
    await choose(this.page.getByLabel('Expiration', { exact: true }), expiration);
  }

  /** Creates a key the way people do and returns its secret. */
  async create(name: string, options: { role?: string; expiration?: string } = {}): Promise<string> {
    await this.createButton.click();
    await this.fillCreate(name, options);
    await this.page.getByRole('button', { name: 'Create key' }).click();
    return this.save();
  }

  /** Reads the new secret and closes its dialog. */
  async save(): Promise<string> {
    await expect(this.reveal).toBeVisible();
    const secret = await this.secretKey.inputValue();
    await this.leaveSecret();
    return secret;
  }

  /** Closes the dialog with the new secret, which was not copied: it asks first. */
  async leaveSecret(): Promise<void> {
    await this.page.getByRole('button', { name: 'Done' }).click();
    await this.page.getByRole('alertdialog', { name: 'Close without saving?' }).getByRole('button', { name: 'Close anyway' }).click();
    await expect(this.reveal).toBeHidden();
  }
}

/** Chooses the option that begins with `label`: options tell more than their name. */
export async function choose(select: Locator, label: string): Promise<void> {
  const option = select.locator('option').filter({ hasText: new RegExp(`^${label}`) });
  await select.selectOption(await option.getAttribute('value'));
}
