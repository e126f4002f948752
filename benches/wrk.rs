//! Load by wrk, for a few seconds.

use anyhow::{Context, bail};

use crate::run::{command, run_quietly};

/// What wrk told of one run.
#[derive(Debug)]
pub(super) struct Told {
    text: String,
}

/// Asks for `url` at so many connections, after a warm-up. An error when any request failed.
pub(super) fn run(url: &str, connections: u16, seconds: u16, headers: &[&str]) -> anyhow::Result<Told> {
    once(url, connections, 2, headers)?;
    let told = once(url, connections, seconds, headers)?;
    let failed = |line: &&str| line.contains("Non-2xx") || line.contains("Socket errors");
    if let Some(wrong) = told.text.lines().find(failed) {
        bail!("{url} failed under load: {}", wrong.trim());
    }
    Ok(told)
}

fn once(url: &str, connections: u16, seconds: u16, headers: &[&str]) -> anyhow::Result<Told> {
    let mut wrk = command("wrk");
    wrk.args(["-t2", "--latency", "--timeout", "10s"]);
    wrk.arg(format!("-c{connections}")).arg(format!("-d{seconds}s"));
    for header in headers {
        wrk.args(["-H", header]);
    }
    Ok(Told { text: run_quietly(wrk.arg(url))? })
}

impl Told {
    /// Requests a second.
    pub(super) fn rate(&self) -> anyhow::Result<f64> {
        Ok(self.word("Requests/sec:", 1)?.parse()?)
    }

    /// Such as `1.23ms`, for `50%` and the like.
    pub(super) fn within(&self, share: &str) -> anyhow::Result<String> {
        self.word(share, 1)
    }

    pub(super) fn slowest(&self) -> anyhow::Result<String> {
        self.word("Latency", 3)
    }

    fn word(&self, line: &str, nth: usize) -> anyhow::Result<String> {
        let line = self.text.lines().find(|it| it.trim_start().starts_with(line));
        let word = line.and_then(|line| line.split_whitespace().nth(nth));
        word.context("wrk says something new").map(str::to_owned)
    }
}

/// "on 2 cores shared with the load"
pub(super) fn where_it_runs() -> String {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    format!("on {cores} cores shared with the load")
}
