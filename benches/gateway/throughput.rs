use super::nginx::Nginx;
use crate::bench::benches::server::Server;
use crate::bench::benches::wrk;

const CONNECTIONS: u16 = 64;
/// The two in turn, so that a machine that slows down slows both.
const ROUNDS: usize = 3;
const SECONDS: u16 = 6;

/// Prints the gateway's requests a second beside those of nginx, which checks and logs nothing.
pub(super) fn report(nginx: &Nginx, server: &Server, secret: &str) -> anyhow::Result<()> {
    println!(
        "\nThe gateway before an upstream that answers 1 kB, with the request log on, beside nginx without any check,\n\
         {CONNECTIONS} connections, {}",
        wrk::where_it_runs()
    );
    let bearer = format!("Authorization: Bearer {secret}");
    let gateway = format!("http://{}/v1/bench/small", server.address);
    let peer = format!("{}/v1/bench/small", nginx.proxy_url());
    let mut ratios = Vec::new();
    for _ in 0..ROUNDS {
        let theirs = wrk::run(&peer, CONNECTIONS, SECONDS, &[])?;
        let ours = wrk::run(&gateway, CONNECTIONS, SECONDS, &[&bearer])?;
        let ratio = ours.rate()? / theirs.rate()?;
        println!(
            "  gateway {:>7.0} a second ({} median), nginx {:>7.0} ({}): {ratio:.2}",
            ours.rate()?,
            ours.within("50%")?,
            theirs.rate()?,
            theirs.within("50%")?
        );
        ratios.push(ratio);
    }
    ratios.sort_by(f64::total_cmp);
    println!("  {:<26}{:.2} (at least 0.45)", "median ratio", ratios[ROUNDS / 2]);
    Ok(())
}
