use anyhow::{Context, bail};

use super::{build, check_sqlx, tidy};
use crate::run::{cargo, command, exists, run};
use crate::setup::{self, WASM};
use crate::step::{say, step};
use crate::test_cluster;
use crate::workspace;

/// Runs every check and test, and stops at the first that fails. With a filter only the tests whose
/// names hold it.
pub(crate) fn test(filter: Option<&str>) -> anyhow::Result<()> {
    setup::wasm_target()?;
    setup::postgres()?;
    setup::pgbouncer()?;
    if filter.is_none() {
        step("Format (cargo fmt)", "a second", || run(cargo().args(["fmt", "--all", "--check"])))?;
        step("Order in the sources (cargo xtask tidy)", "a second", tidy)?;
        step("Lints of the server (cargo clippy)", "about 4 minutes the first time", || {
            run(cargo().args([
                "clippy",
                "--workspace",
                "--all-targets",
                "--features",
                "ssr",
                "--",
                "-D",
                "warnings",
            ]))
        })?;
        step("Lints of the browser part (cargo clippy)", "about 2 minutes the first time", || {
            run(cargo().args([
                "clippy",
                "--lib",
                "--target",
                WASM,
                "--features",
                "hydrate",
                "--",
                "-D",
                "warnings",
            ]))
        })?;
        step("Query descriptions (.sqlx)", "about 3 minutes the first time", check_sqlx)?;
    }
    step("Tests of domain, store and HTTP", "about 5 minutes the first time", || rust_tests(filter))?;
    browser_tests(filter)?;
    say("All is well");
    Ok(())
}

/// Each test that needs a database makes its own in a cluster that is ours alone.
fn rust_tests(filter: Option<&str>) -> anyhow::Result<()> {
    let cluster = test_cluster::start()?;
    let mut tests = cargo();
    let nextest = exists("cargo-nextest");
    if nextest {
        tests.args(["nextest", "run", "--workspace", "--features", "ssr"]);
        // A filter may name browser tests only.
        tests.args(filter.map(|_| "--no-tests=pass"));
    } else {
        tests.args(["test", "--workspace", "--features", "ssr"]);
    }
    run(tests.args(filter).env("DATABASE_URL", cluster.url()))?;
    Ok(cluster.stop()?)
}

/// Drives a browser against the release build.
fn browser_tests(filter: Option<&str>) -> anyhow::Result<()> {
    let server = build()?;
    let dir = workspace::root().join("end2end");
    if !dir.join("package.json").exists() {
        say("There are no browser tests yet (end2end/package.json is missing)");
        return Ok(());
    }
    setup::install_packages(&dir, "Playwright", "about 20 seconds")?;
    let chromium = setup::chromium()?;
    step("Tests in the browser (Playwright)", "a few minutes", || {
        let mut playwright = command("npx");
        playwright.args(["playwright", "test"]).current_dir(&dir);
        if let Some(filter) = filter {
            playwright.args(["--grep", filter, "--pass-with-no-tests"]);
        }
        playwright.env("AUGNO_SERVER_BIN", &server).env("CHROMIUM", &chromium);
        run(&mut playwright).context("the browser tests failed")
    })
}

/// What `deploy/high-availability` describes, tried on this machine. Left out by name where its packages are missing.
pub(crate) fn test_high_availability() -> anyhow::Result<()> {
    const MISSING: i32 = 3;
    let server = build()?;
    let check = workspace::root().join("deploy/high-availability/check.py");
    step("High availability under load", "about 3 minutes", || {
        let status = command("python3").arg(check).arg(&server).status().context("cannot run python3")?;
        match status.code() {
            Some(0) => Ok(()),
            Some(MISSING) => {
                say("Left out: install the packages named above to try it");
                Ok(())
            }
            _ => bail!("the high availability check failed"),
        }
    })
}
