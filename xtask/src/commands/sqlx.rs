use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use anyhow::{Context, bail};
use private_postgres::find_binaries;

use crate::files;
use crate::run::{cargo, command, run, run_quietly};
use crate::setup;
use crate::step::{say, step};
use crate::test_cluster;
use crate::workspace;

/// Query descriptions, by file name.
type Descriptions = BTreeMap<String, Vec<u8>>;

/// The database in which the queries are described.
const DATABASE: &str = "augno_queries";

/// Writes `.sqlx` anew.
pub(crate) fn renew_sqlx() -> anyhow::Result<()> {
    let fresh = describe()?;
    let committed = read(&committed_dir())?;
    for name in committed.keys().filter(|name| !fresh.contains_key(*name)) {
        let stale = committed_dir().join(name);
        fs::remove_file(&stale).with_context(|| format!("cannot remove {}", stale.display()))?;
    }
    for (name, content) in &fresh {
        files::write_if_changed(&committed_dir().join(name), content)?;
    }
    say(&format!(".sqlx describes {} queries", fresh.len()));
    remember_checked()
}

/// Fails when `.sqlx` is not what [`renew_sqlx`] would write.
pub(crate) fn check_sqlx() -> anyhow::Result<()> {
    if fs::read_to_string(stamp()).is_ok_and(|checked| inputs().is_ok_and(|inputs| inputs == checked)) {
        say("The query descriptions in .sqlx are up to date (nothing changed since they were checked)");
        return Ok(());
    }
    let differences = differences(&read(&committed_dir())?, &describe()?);
    if !differences.is_empty() {
        bail!(
            "the query descriptions in .sqlx are out of date; run `cargo xtask sqlx`:\n{}",
            differences.join("\n")
        );
    }
    say("The query descriptions in .sqlx are up to date");
    remember_checked()
}

/// Asks PostgreSQL about every query of the server and its tests, as the migrations leave it.
fn describe() -> anyhow::Result<Descriptions> {
    setup::postgres()?;
    let cluster = test_cluster::start()?;
    let url = test_cluster::url_of(&cluster, DATABASE);
    let beside_server = find_binaries()?.join("psql");
    let psql = if beside_server.is_file() { beside_server } else { PathBuf::from("psql") };
    step("Running the migrations in a fresh database", "a second", || {
        let sql = |url: &str, arguments: &[&str]| {
            let mut psql = command(&psql);
            run_quietly(
                psql.args(["--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1"]).args(arguments).arg(url),
            )
        };
        sql(cluster.url(), &["--command", &format!("drop database if exists {DATABASE} with (force)")])?;
        sql(cluster.url(), &["--command", &format!("create database {DATABASE}")])?;
        for migration in migrations()? {
            sql(&url, &["--single-transaction", "--file", &migration.to_string_lossy()])?;
        }
        Ok(())
    })?;
    let fresh = workspace::scratch().join("sqlx");
    if fresh.exists() {
        fs::remove_dir_all(&fresh).with_context(|| format!("cannot remove {}", fresh.display()))?;
    }
    fs::create_dir_all(&fresh).with_context(|| format!("cannot make the folder {}", fresh.display()))?;
    step("Describing the queries (cargo check against the database)", "about 30 seconds", || {
        let _touched = Touched::roots()?;
        let mut check = cargo();
        check.args(["check", "--features", "ssr", "--all-targets"]);
        run(check.env("SQLX_OFFLINE", "false").env("DATABASE_URL", &url).env("SQLX_OFFLINE_DIR", &fresh))
    })?;
    cluster.stop()?;
    read(&fresh)
}

fn committed_dir() -> PathBuf {
    workspace::root().join(".sqlx")
}

fn migrations() -> anyhow::Result<Vec<PathBuf>> {
    let mut files = files::under(&workspace::root().join("migrations"))?;
    files.retain(|file| {
        let name = file.to_string_lossy();
        name.ends_with(".sql") && !name.ends_with(".down.sql")
    });
    Ok(files)
}

fn read(dir: &Path) -> anyhow::Result<Descriptions> {
    let files = files::under(dir)?.into_iter().filter(|file| file.extension().is_some_and(|it| it == "json"));
    files
        .map(|file| {
            Ok((file.file_name().unwrap_or_default().to_string_lossy().into_owned(), files::read(&file)?))
        })
        .collect()
}

/// A line for each query that one side lacks or that differs.
fn differences(committed: &Descriptions, fresh: &Descriptions) -> Vec<String> {
    let missing =
        fresh.keys().filter(|name| !committed.contains_key(*name)).map(|name| format!("  missing: {name}"));
    let stale = committed
        .keys()
        .filter(|name| !fresh.contains_key(*name))
        .map(|name| format!("  no longer used: {name}"));
    let both = fresh.iter().filter(|(name, content)| committed.get(*name).is_some_and(|old| old != *content));
    missing.chain(stale).chain(both.map(|(name, _)| format!("  different: {name}"))).collect()
}

/// All that decides what the descriptions are.
fn inputs() -> anyhow::Result<String> {
    let paths = [".sqlx", "src", "tests", "migrations", "Cargo.lock", "Cargo.toml"];
    files::hash_of(&paths.map(|path| workspace::root().join(path)))
}

fn stamp() -> PathBuf {
    workspace::scratch().join("sqlx-checked")
}

fn remember_checked() -> anyhow::Result<()> {
    files::write_if_changed(&stamp(), inputs()?.as_bytes())
}

/// The roots of all crates that hold queries, made to look changed so that cargo expands their
/// macros again. Dropped, they get their times back, and other builds stay fresh.
#[derive(Debug)]
struct Touched(Vec<(File, SystemTime)>);

impl Touched {
    fn roots() -> anyhow::Result<Touched> {
        let mut touched = Touched(Vec::new());
        for root in ["src/lib.rs", "src/main.rs", "tests/it/main.rs"] {
            let path = workspace::root().join(root);
            if path.exists() {
                let file = File::options()
                    .append(true)
                    .open(&path)
                    .with_context(|| format!("cannot open {root}"))?;
                touched.0.push((file.try_clone()?, file.metadata()?.modified()?));
                file.set_modified(SystemTime::now())?;
            }
        }
        Ok(touched)
    }
}

impl Drop for Touched {
    fn drop(&mut self) {
        for (file, written) in &self.0 {
            // At worst something is built once more.
            let _ = file.set_modified(*written);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_difference_is_named() {
        let of = |files: &[(&str, &str)]| -> Descriptions {
            files.iter().map(|(name, content)| (name.to_string(), content.as_bytes().to_vec())).collect()
        };
        let committed = of(&[("a", "1"), ("b", "1"), ("c", "1")]);
        let fresh = of(&[("b", "2"), ("c", "1"), ("d", "1")]);
        assert_eq!(
            differences(&committed, &fresh),
            ["  missing: d", "  no longer used: a", "  different: b"]
        );
        assert!(differences(&fresh, &fresh).is_empty());
    }
}
