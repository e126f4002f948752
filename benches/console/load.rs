use anyhow::{Context, bail};

use super::people::Admin;
use super::server::Server;
use super::{PAGE, TAB};
use crate::run::{command, run_quietly};

/// The tab at 32 connections, as programs ask for it and as browsers do, which take it packed.
pub(super) fn tab(server: &Server, admin: &Admin) -> anyhow::Result<()> {
    let cookie = format!("Cookie: {}", admin.cookie);
    report(&format!("{TAB} with {PAGE} keys"), "pages", " (at least 1000)", server, TAB, &[&cookie])?;
    let packed = "Accept-Encoding: gzip, deflate, br, zstd";
    report(&format!("{TAB} with {PAGE} keys, packed"), "pages", "", server, TAB, &[&cookie, packed])
}

/// A program's smallest request, at 32 connections.
pub(super) fn whoami(server: &Server, secret: &str) -> anyhow::Result<()> {
    let bearer = format!("Authorization: Bearer {secret}");
    report("/v1/auth/whoami", "requests", "", server, "/v1/auth/whoami", &[&bearer])
}

fn report(
    title: &str,
    what: &str,
    goal: &str,
    server: &Server,
    path: &str,
    headers: &[&str],
) -> anyhow::Result<()> {
    let url = format!("http://{}{path}", server.address);
    println!("\n{title}, 32 connections, on {} cores shared with the load", cores());
    wrk(&url, headers, "2s")?;
    let told = wrk(&url, headers, "10s")?;
    if let Some(wrong) = told.lines().find(|line| line.contains("Non-2xx") || line.contains("Socket errors"))
    {
        bail!("{url} failed under load: {}", wrong.trim());
    }
    let word = |line: &str, nth: usize| {
        let line = told.lines().find(|it| it.trim_start().starts_with(line));
        line.and_then(|line| line.split_whitespace().nth(nth))
            .context("wrk says something new")
            .map(str::to_owned)
    };
    let rate: f64 = word("Requests/sec:", 1)?.parse()?;
    println!("  {:<26}{rate:.0}{goal}", format!("{what} a second"));
    for share in ["50%", "75%", "90%", "99%"] {
        println!("  {:<26}{}", format!("{} % within", share.trim_end_matches('%')), word(share, 1)?);
    }
    println!("  {:<26}{}", "slowest", word("Latency", 3)?);
    Ok(())
}

fn wrk(url: &str, headers: &[&str], duration: &str) -> anyhow::Result<String> {
    let mut wrk = command("wrk");
    wrk.args(["-t2", "-c32", "--latency", "--timeout", "10s"]).arg(format!("-d{duration}"));
    for header in headers {
        wrk.args(["-H", header]);
    }
    run_quietly(wrk.arg(url))
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}
