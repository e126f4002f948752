import { request } from '@playwright/test';
import type { Server, SignedIn } from './server';

/** What a program that holds `secret` gets: the status, and the code or the key's name. */
export async function whoami(server: Server, secret: string): Promise<string> {
  const answer = await fetch(`${server.url}/v1/auth/whoami`, { headers: { authorization: `Bearer ${secret}` } });
  const body = await answer.json();
  return answer.ok ? `${answer.status} ${body.role.name}` : `${answer.status} ${body.error.code}`;
}

export interface MadeKey {
  id: string;
  name: string;
  secret: string;
}

/** Makes a key by posting the form: for tests about what comes after. */
export async function makeKey(
  server: Server,
  admin: SignedIn,
  name: string,
  { role = 'Viewer', expiration = 'none' } = {},
): Promise<MadeKey> {
  const http = await request.newContext({ baseURL: server.url, storageState: admin });
  const form = await (await http.get('/settings/api-keys/new')).text();
  const role_id = form.match(new RegExp(`value="(rl_\\w+)"[^>]*>${role}`))![1];
  const token = form.match(/name="token" value="([^"]+)"/)![1];
  const made = await http.post('/settings/api-keys/new', { form: { name, role_id, expiration, token } });
  const secret = (await made.text()).match(/aug_sk_prod_\w{73}/)![0];
  const list = await (await http.get('/settings/api-keys', { params: { q: secret.slice(0, 34) } })).text();
  const id = list.match(/\/settings\/api-keys\/(apke_\w+)/)![1];
  await http.dispose();
  return { id, name, secret };
}

/** Posts one of a key's forms, as another tab or another admin would. */
export async function postForm(
  server: Server,
  admin: SignedIn,
  key: MadeKey,
  action: 'edit' | 'rotate' | 'revoke' | 'delete',
  fields: Record<string, string> = {},
): Promise<number> {
  const http = await request.newContext({ baseURL: server.url, storageState: admin });
  const path = `/settings/api-keys/${key.id}/${action}`;
  const hidden = [...(await (await http.get(path)).text()).matchAll(/name="(id|secret_id)" value="([^"]+)"/g)];
  const form = { ...Object.fromEntries(hidden.map(([, name, value]) => [name, value])), ...fields };
  const answer = await http.post(path, { form, maxRedirects: 0 });
  await http.dispose();
  return answer.status();
}
