//! Set-up, build, run, test and measure, by one command: `cargo xtask`.

mod bench;
mod browser;
mod cache;
mod commands;
mod files;
mod run;
mod setup;
mod step;
mod test_cluster;
mod tidy;
mod workspace;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Set-up, build, run and test of Augno API keys.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Build everything in release mode and start the server; its own flags may follow.
    Serve {
        #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "FLAGS OF THE SERVER")]
        flags: Vec<String>,
    },
    /// Start a debug server, and rebuild and restart it when a source changes.
    Dev {
        #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "FLAGS OF THE SERVER")]
        flags: Vec<String>,
    },
    /// Build the browser part and the server in release mode.
    Build,
    /// Renew .sqlx, the descriptions of the queries that builds without a database use.
    Sqlx {
        /// Change nothing; fail when they are out of date.
        #[arg(long)]
        check: bool,
    },
    /// Measure the release build: time to first byte, pages a second, memory, Lighthouse.
    Bench,
    /// Check what no compiler does: who imports whom, and what stands in one place only.
    Tidy,
    /// Run every check and test.
    Test {
        /// Only the long part: three PostgreSQL nodes, three copies of the server, and what may happen to them.
        #[arg(long)]
        ha: bool,
        /// Only tests whose names hold this, of the Rust and the browser tests alike.
        #[arg(last = true)]
        filter: Option<String>,
    },
}

fn main() -> ExitCode {
    match run_command(Arguments::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run_command(command: Command) -> anyhow::Result<()> {
    match command {
        Command::Serve { flags } => commands::serve(&flags),
        Command::Dev { flags } => commands::dev(&flags),
        Command::Build => commands::build().map(drop),
        Command::Sqlx { check: false } => commands::renew_sqlx(),
        Command::Sqlx { check: true } => commands::check_sqlx(),
        Command::Bench => bench::bench(),
        Command::Tidy => commands::tidy(),
        Command::Test { ha: true, .. } => commands::test_high_availability(),
        Command::Test { filter, .. } => commands::test(filter.as_deref()),
    }
}
