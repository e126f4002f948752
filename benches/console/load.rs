use super::PAGE;
use crate::bench::benches::people::{Admin, TAB};
use crate::bench::benches::server::Server;
use crate::bench::benches::wrk;

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
    println!("\n{title}, 32 connections, {}", wrk::where_it_runs());
    let told = wrk::run(&format!("http://{}{path}", server.address), 32, 10, headers)?;
    println!("  {:<26}{:.0}{goal}", format!("{what} a second"), told.rate()?);
    for share in ["50%", "75%", "90%", "99%"] {
        println!("  {:<26}{}", format!("{} % within", share.trim_end_matches('%')), told.within(share)?);
    }
    println!("  {:<26}{}", "slowest", told.slowest()?);
    Ok(())
}
