//! The command line of Augno API keys.

use std::process::ExitCode;

use augno_api_keys::config::ServeArgs;
use augno_api_keys::server::command::{self, MemberAddArgs, MigrateArgs, SetupLinkArgs};
use augno_api_keys::server::{serve, telemetry};
use clap::{Parser, Subcommand};

/// Gives memory back to the system: hashing a password takes 19 MiB for a moment.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// API key management for Augno.
#[derive(Parser)]
#[command(version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run the server.
    Serve(ServeArgs),
    /// Print another one-time link for creating the first account.
    SetupLink(SetupLinkArgs),
    /// Bring the database up to date, for servers whose own role may not.
    Migrate(MigrateArgs),
    /// Manage members.
    #[command(subcommand)]
    Member(MemberCommand),
}

#[derive(Subcommand)]
enum MemberCommand {
    /// Add a member; the password is read from standard input.
    Add(MemberAddArgs),
}

#[tokio::main]
async fn main() -> ExitCode {
    let cli = Cli::parse();
    telemetry::start();
    let done: Result<(), Box<dyn std::error::Error>> = match cli.command {
        Command::Serve(args) => serve::serve(args).await.map_err(Into::into),
        Command::SetupLink(args) => command::setup_link(args).await.map_err(Into::into),
        Command::Migrate(args) => command::migrate(args).await.map_err(Into::into),
        Command::Member(MemberCommand::Add(args)) => command::member_add(args).await.map_err(Into::into),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(error.as_ref()),
    }
}

#[expect(clippy::print_stderr, reason = "one sentence for the person at the terminal")]
fn fail(error: &dyn std::error::Error) -> ExitCode {
    eprintln!("{error}");
    ExitCode::FAILURE
}
