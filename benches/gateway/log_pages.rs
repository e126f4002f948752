use std::time::Duration;

use anyhow::ensure;

use crate::bench::benches::database::Database;
use crate::bench::benches::http::Connection;
use crate::bench::benches::people::Admin;
use crate::bench::benches::server::Server;
use crate::step::step;

const ROWS: usize = 2_000_000;
const DAYS: usize = 30;
const ROUNDS: usize = 40;
const WARM_UP: usize = 10;

const LOGS: &str = "/v1/core/request-logs";

/// One of each filter, some that many rows fit and some that none does.
const FILTERS: [(&str, &str); 18] = [
    ("methods[]=GET", "method = 'GET'"),
    ("methods[]=OPTIONS", "method = 'OPTIONS'"),
    ("status_codes[]=200", "status_code = 200"),
    ("status_codes[]=503", "status_code = 503"),
    ("status_codes[]=418", "status_code = 418"),
    ("error_codes[]=resource_not_found", "error_code = 'resource_not_found'"),
    ("error_codes[]=timeout", "error_code = 'timeout'"),
    ("normalized_routes[]=/v1/bench/3", "route = '/v1/bench/3'"),
    ("normalized_routes[]=/v1/nowhere", "route = '/v1/nowhere'"),
    ("hosts[]=keys.example", "host = 'keys.example'"),
    ("hosts[]=elsewhere.example", "host = 'elsewhere.example'"),
    ("min_latency_us=1000", "latency_us >= 1000"),
    ("min_latency_us=4900000", "latency_us >= 4900000"),
    ("q=/v1/bench/3", "path like '/v1/bench/3%'"),
    ("q=/v1/nowhere", "path like '/v1/nowhere%'"),
    ("q=integration%2042", "lower(api_key_name) like lower('integration 42%')"),
    ("q=nobody", "lower(api_key_name) like lower('nobody%')"),
    ("actor_ids[]=apke_01h2xcejqtf2nbrexx3vqjhp41", "api_key_id = '0188bac7-4afa-78aa-bc3b-bd1eef28d881'"),
];

/// Prints how much longer the first page takes with a filter than without, and how PostgreSQL finds it.
pub(super) fn report(
    database: &Database,
    server: &Server,
    admin: &Admin,
    secret: &str,
) -> anyhow::Result<()> {
    step(&format!("Making {ROWS} rows of the request log over {DAYS} days"), "about two minutes", || {
        database.make_request_logs(&admin.email, ROWS, DAYS)?;
        database.settle()
    })?;
    println!("\nFirst page of {LOGS}, {ROWS} rows over {DAYS} days, with a filter to without, asked in turn");
    let mut connection = Connection::open(server.address)?;
    let mut slowest: f64 = 0.0;
    for (filter, _) in FILTERS {
        let (mut with, mut without) = (Vec::new(), Vec::new());
        for round in 0..ROUNDS + WARM_UP {
            let (one, other) = (ask(&mut connection, secret, filter)?, ask(&mut connection, secret, "")?);
            if round >= WARM_UP {
                with.push(one);
                without.push(other);
            }
        }
        let (with, without) = (median(&mut with), median(&mut without));
        let ratio = with.as_secs_f64() / without.as_secs_f64();
        slowest = slowest.max(ratio);
        println!("  {filter:<52}{ratio:>6.2}  ({:.2} to {:.2} ms)", ms(with), ms(without));
    }
    println!("  {:<52}{slowest:>6.2}  (at most 3)", "slowest");
    plans(database)
}

fn ask(connection: &mut Connection, secret: &str, filter: &str) -> anyhow::Result<Duration> {
    let bearer = format!("Bearer {secret}");
    let path = if filter.is_empty() { LOGS.to_owned() } else { format!("{LOGS}?{filter}") };
    let answer = connection.get(&path, &[("authorization", &bearer)])?;
    ensure!(answer.status == 200, "{path} answered {}: {}", answer.status, answer.text());
    Ok(answer.first_byte)
}

/// The indexes that a first page reads, in one day of the thirty and in how many.
fn plans(database: &Database) -> anyhow::Result<()> {
    println!("\nHow PostgreSQL finds them: the indexes of the newest day, and how many days are read");
    for (filter, condition) in FILTERS {
        let plan = database.run(&format!(
            "explain (analyze, timing off, costs off, summary off) select * from request_log
            where account_id = (select id from account limit 1) and {condition} order by id desc limit 101"
        ))?;
        let read = plan.lines().filter(|line| line.contains("Scan") && !line.contains("never executed"));
        let read: Vec<&str> = read.filter(|line| line.contains("request_log_")).collect();
        let index = read.first().map_or("none", |line| line.trim().trim_start_matches("->").trim());
        println!(
            "  {filter:<52}{:>3} scans, {}",
            read.len(),
            index.split(" (actual").next().unwrap_or_default()
        );
    }
    Ok(())
}

fn median(times: &mut [Duration]) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}
