use std::path::PathBuf;

use private_postgres::{Cluster, Purpose, find_binaries};

use crate::run::{command, run_quietly};
use crate::step::say;
use crate::{test_cluster, workspace};

const NAME: &str = "augno_bench";

/// An empty database in a private PostgreSQL, which stops when this is dropped.
#[derive(Debug)]
pub(super) struct Database {
    cluster: Cluster,
    url: String,
    psql: PathBuf,
}

impl Database {
    pub(super) fn start() -> anyhow::Result<Database> {
        let data_dir = workspace::scratch().join("bench/postgres");
        let cluster = Cluster::start_for(&data_dir, Purpose::Tests, &mut say)?;
        let beside_server = find_binaries()?.join("psql");
        let psql = if beside_server.is_file() { beside_server } else { PathBuf::from("psql") };
        let database = Database { url: test_cluster::url_of(&cluster, NAME), cluster, psql };
        let maintenance = database.cluster.url();
        database.run_on(maintenance, &format!("drop database if exists {NAME} with (force)"))?;
        database.run_on(maintenance, &format!("create database {NAME}"))?;
        Ok(database)
    }

    pub(super) fn url(&self) -> &str {
        &self.url
    }

    pub(super) fn stop(self) -> anyhow::Result<()> {
        Ok(self.cluster.stop()?)
    }

    /// What a statement answers.
    pub(super) fn run(&self, sql: &str) -> anyhow::Result<String> {
        self.run_on(&self.url, sql)
    }

    fn run_on(&self, url: &str, sql: &str) -> anyhow::Result<String> {
        let mut psql = command(&self.psql);
        psql.args(["--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--set=ON_ERROR_STOP=1"]);
        run_quietly(psql.args(["--command", sql]).arg(url))
    }

    /// Another account, whose admin has the password of the first account's.
    pub(super) fn make_account(&self, email: &str) -> anyhow::Result<()> {
        self.run(&format!(
            "with made as (
                insert into account (id, name, mode) values (gen_random_uuid(), 'Bench', 'production') returning id
            )
            insert into member (id, account_id, email, password_hash, role_id)
            select gen_random_uuid(), made.id, '{email}', first.password_hash, first.role_id
            from made, (select * from member order by created_at limit 1) first"
        ))
        .map(drop)
    }

    /// Keys made one an hour up to now: 70 % active, 15 % revoked, 15 % expired, mixed. Most have been
    /// used, and every tenth has been rotated.
    pub(super) fn make_keys(&self, email: &str, keys: usize) -> anyhow::Result<()> {
        self.run(&format!(
            "begin;
            create temporary table wanted on commit drop as
            select n, account_id, member_id, created_at,
                (lpad(to_hex((extract(epoch from created_at) * 1000)::bigint), 12, '0') || '7'
                    || substr(random, 1, 3) || '8' || substr(random, 4, 15))::uuid as id,
                case when n % 20 < 14 then 'active' when n % 20 < 17 then 'revoked' else 'expired' end as status
            from (
                select n, m.account_id, m.id as member_id, now() - ({keys} - n + 1) * interval '1 hour' as created_at,
                    md5(random()::text) as random
                from generate_series(1, {keys}) n, member m where m.email = '{email}'
            ) made;
            insert into api_key
                (id, account_id, name, role_id, expires_at, revoked_at, revoked_by, created_by, created_at, updated_at)
            select id, account_id, 'Integration ' || n,
                (select r.id from role r where r.name = case when n % 4 = 0 then 'Admin' else 'Viewer' end),
                case when status = 'expired' then created_at + (now() - created_at) / 2
                    when n % 2 = 0 then now() + n * interval '3 hours' end,
                case when status = 'revoked' then created_at + (now() - created_at) / 2 end,
                case when status = 'revoked' then member_id end,
                member_id, created_at, created_at
            from wanted;
            insert into api_key_secret (id, api_key_id, hash, last_four, created_at)
            select gen_random_uuid(), id, sha256(id::text::bytea), substr(md5(id::text), 1, 4), created_at from wanted;
            insert into api_key_secret (id, api_key_id, hash, last_four, created_at, stops_at)
            select gen_random_uuid(), id, sha256(id::text::bytea), substr(md5(id::text), 5, 4), created_at, now()
            from wanted where n % 10 = 0;
            insert into api_key_use (api_key_id, last_used_at, last_ip)
            select id, created_at + (now() - created_at) * random(), '192.0.2.7' from wanted where n % 5 <> 0;
            commit"
        ))
        .map(drop)
    }

    /// Rows spread evenly over the days up to now, of a hundred keys and twenty routes: most are quick and fine.
    pub(super) fn make_request_logs(&self, email: &str, rows: usize, days: usize) -> anyhow::Result<()> {
        self.run(&format!(
            "select request_log_add_day((now() at time zone 'utc')::date - n) from generate_series(0, {days}) n;
            insert into api_key (id, account_id, name, role_id)
            select md5(n::text)::uuid, m.account_id, 'Integration ' || n, m.role_id
            from generate_series(0, 99) n, member m where m.email = '{email}';
            insert into request_log (id, account_id, api_key_id, api_key_name, redacted_value, role_id, role_name,
                method, host, path, route, status_code, latency_us, client_ip, user_agent, error_code, occurred_at)
            select (lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0') || '7'
                    || substr(random, 1, 3) || '8' || substr(random, 4, 15))::uuid,
                account_id, md5((n % 100)::text)::uuid, 'Integration ' || n % 100, 'aug_sk_prod_****abcd', role_id,
                'Admin', (array['GET', 'GET', 'GET', 'POST', 'PATCH', 'DELETE'])[n % 6 + 1], 'keys.example',
                '/v1/bench/' || n % 20 || '/' || n, '/v1/bench/' || n % 20,
                case when n % 1000 = 0 then 503 when n % 50 = 0 then 404 else 200 end,
                (power(random(), 8) * 5000000)::bigint, '192.0.2.7', 'bench/1.0',
                case when n % 1000 = 0 then 'service_unavailable' when n % 50 = 0 then 'resource_not_found' end, at
            from (
                select n, m.account_id, m.role_id, md5(random()::text) as random,
                    now() - (n::float8 / {rows}) * interval '{days} days' as at
                from generate_series(1, {rows}) n, member m where m.email = '{email}'
            ) made"
        ))
        .map(drop)
    }

    /// As autovacuum leaves a database in use.
    pub(super) fn settle(&self) -> anyhow::Result<()> {
        self.run("vacuum analyze").map(drop)
    }
}
