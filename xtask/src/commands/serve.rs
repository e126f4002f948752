use std::os::unix::process::CommandExt;

use anyhow::Context;

use super::build;
use crate::run::command;
use crate::setup;

/// Builds everything and becomes the server.
pub(crate) fn serve(flags: &[String]) -> anyhow::Result<()> {
    if needs_postgres(flags) {
        setup::postgres()?;
    }
    let server = build()?;
    let error = command(&server).arg("serve").args(flags).exec();
    Err(error).with_context(|| format!("cannot start {}", server.display()))
}

/// Whether the server will want to run a PostgreSQL of its own.
pub(crate) fn needs_postgres(flags: &[String]) -> bool {
    let elsewhere = std::env::var_os("DATABASE_URL").is_some_and(|url| !url.is_empty());
    let named = |flag: &String| flag == "--database-url" || flag.starts_with("--database-url=");
    let only_asks = |flag: &String| flag == "--help" || flag == "-h";
    !elsewhere && !flags.iter().any(|flag| named(flag) || only_asks(flag))
}

#[cfg(test)]
mod tests {
    use super::needs_postgres;

    #[test]
    fn a_database_named_by_flag_needs_no_postgres_here() {
        let named =
            |flags: &[&str]| needs_postgres(&flags.iter().map(ToString::to_string).collect::<Vec<_>>());
        assert!(!named(&["--database-url", "postgres://db"]));
        assert!(!named(&["--listen=[::]:80", "--database-url=postgres://db"]));
    }
}
