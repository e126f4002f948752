use std::time::Duration;

use anyhow::ensure;

use super::{FEW, MANY, TAB};
use crate::bench::benches::http::Connection;
use crate::bench::benches::people::Admin;

/// Requests of each account, for the figure and for what is told beside it.
const ROUNDS: usize = 400;
const ROUNDS_BESIDE: usize = 100;
const WARM_UP: usize = 50;

/// As browsers say it: a page is packed.
const ACCEPT: (&str, &str) = ("accept-encoding", "gzip, deflate, br, zstd");

/// Prints how much longer the first byte takes with many keys than with few.
pub(super) fn report(few: &Admin, many: &Admin) -> anyhow::Result<()> {
    println!("\nTime to first byte of {TAB}, {MANY} keys in the account to {FEW}, asked in turn");
    compare("first page", "", ROUNDS, " (at most 1.3)", few, many)?;
    for (label, query) in [
        ("active keys", "?status=active"),
        ("revoked keys", "?status=revoked"),
        ("expired keys", "?status=expired"),
        ("search, many found", "?q=integration"),
        ("search, one found", "?q=integration%2042"),
        ("search, none found", "?q=nobody"),
        ("search, words", "?q=42+integration"),
        ("search, last four", "?q=zzzz"),
        ("one role", "?role=rl_01h458vb4pexktj5v3nhcm84jr"),
        ("never used", "?only=never-used"),
        ("unused for 90 days", "?only=unused"),
        ("expiring in 7 days", "?only=expiring"),
        ("no expiration", "?only=no-expiration"),
        ("Admin keys", "?only=admin"),
        ("sorted by name", "?sort=name"),
        ("sorted by last use", "?sort=last-used"),
        ("sorted by expiry", "?sort=expires"),
    ] {
        compare(label, query, ROUNDS_BESIDE, " (at most 3)", few, many)?;
    }
    Ok(())
}

fn compare(
    label: &str,
    query: &str,
    rounds: usize,
    goal: &str,
    few: &Admin,
    many: &Admin,
) -> anyhow::Result<()> {
    let path = format!("{TAB}{query}");
    let mut with_few = Asker::new(few)?;
    let mut with_many = Asker::new(many)?;
    for round in 0..WARM_UP + rounds {
        let keep = round >= WARM_UP;
        // Neither always follows the other.
        if round % 2 == 0 {
            with_few.ask(&path, keep)?;
            with_many.ask(&path, keep)?;
        } else {
            with_many.ask(&path, keep)?;
            with_few.ask(&path, keep)?;
        }
    }
    let (few, many) = (with_few.sorted(), with_many.sorted());
    let ratio = median(&many).as_secs_f64() / median(&few).as_secs_f64();
    println!("  {label:<26}{ratio:.2} to 1{goal}: median {} to {}", told(median(&many)), told(median(&few)));
    if rounds == ROUNDS {
        let slowest = |times: &[Duration]| times.last().copied().unwrap_or_default();
        println!("  {:<26}{} to {}", "  99 % within", told(at(&many, 0.99)), told(at(&few, 0.99)));
        println!("  {:<26}{} to {}", "  slowest", told(slowest(&many)), told(slowest(&few)));
    }
    Ok(())
}

struct Asker<'admin> {
    admin: &'admin Admin,
    connection: Connection,
    times: Vec<Duration>,
}

impl Asker<'_> {
    fn new(admin: &Admin) -> anyhow::Result<Asker<'_>> {
        Ok(Asker { admin, connection: Connection::open(admin.server)?, times: Vec::new() })
    }

    fn ask(&mut self, path: &str, keep: bool) -> anyhow::Result<()> {
        let answer = self.connection.get(path, &[("cookie", &self.admin.cookie), ACCEPT])?;
        ensure!(answer.status == 200, "{path} answered {}", answer.status);
        if keep {
            self.times.push(answer.first_byte);
        }
        Ok(())
    }

    fn sorted(mut self) -> Vec<Duration> {
        self.times.sort_unstable();
        self.times
    }
}

fn median(sorted: &[Duration]) -> Duration {
    at(sorted, 0.5)
}

/// The time within which this share of the requests was answered.
fn at(sorted: &[Duration], share: f64) -> Duration {
    let index = (sorted.len() as f64 * share) as usize;
    sorted.get(index).copied().unwrap_or_default()
}

fn told(time: Duration) -> String {
    format!("{:.2} ms", time.as_secs_f64() * 1e3)
}
