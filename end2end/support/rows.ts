import type { Server } from './server';

/** 77 letters: what breaks a column that follows its content. */
export const LONG_ROLE = `Readers${'x'.repeat(70)}`;
/** Few for all tests: from 8 on a role is typed. */
const SHORT_ROLE = 'R';

/** The account's id, in SQL. */
const ACCOUNT = '(select id from account limit 1)';
/** Ids as the server makes them: by time, here a second apart and in the past, the last one newest. */
const ID = `(lpad(to_hex((extract(epoch from now()) * 1000)::bigint - 2000000 + n * 1000), 12, '0') || '7' || substr(replace(gen_random_uuid()::text, '-', ''), 14))::uuid`;

/** Puts many keys into the database at once, the last one newest: no form makes a hundred quickly. */
export async function insertKeys(server: Server, names: string[], role = 'Viewer'): Promise<void> {
  await server.sql(
    `with named as (select name, n from unnest($1::text[]) with ordinality as t(name, n)),
     made as (insert into api_key (id, account_id, name, role_id)
              select ${ID}, ${ACCOUNT}, name, (select id from role where name = $2 limit 1) from named returning id)
     insert into api_key_secret (id, api_key_id, hash, last_four)
     select gen_random_uuid(), id, sha256(id::text::bytea), substr(md5(id::text), 1, 4) from made`,
    arrayText(names),
    role,
  );
}

/** Puts roles into the database, those that are not there yet. */
export async function insertRoles(server: Server, names: string[]): Promise<void> {
  await server.sql(
    `insert into role (id, account_id, name, type, permissions)
     select ${ID}, ${ACCOUNT}, name, 'user', '{customers:read}'
     from unnest($1::text[]) with ordinality as t(name, n)
     on conflict do nothing`,
    arrayText(names),
  );
}

/** As many names as asked for, of very different lengths. */
export function names(word: string, count: number): string[] {
  const tails = ['', 'of a length that people give', 'W'.repeat(50), 'is here'];
  return Array.from({ length: count }, (_, i) => `${word} n${String(i + 1).padStart(3, '0')} ${tails[i % 4]}`.trim().slice(0, 80));
}

/** Puts keys with names and roles of very different lengths into the database. */
export async function insertUnequal(server: Server, word: string, count = 120) {
  await insertRoles(server, [SHORT_ROLE, LONG_ROLE]);
  const all = names(word, count);
  await insertKeys(server, all.slice(0, count / 2), SHORT_ROLE);
  await insertKeys(server, all.slice(count / 2), LONG_ROLE);
}

function arrayText(values: string[]): string {
  return `{${values.map((value) => `"${value.replace(/["\\]/g, '\\$&')}"`).join(',')}}`;
}
