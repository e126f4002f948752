//! The figures of the console: the release server on a database of its own, asked over loopback.
//! Compiled into xtask, which has built the server before. Nothing here passes or fails by a time.

mod database;
mod first_byte;
mod http;
mod lighthouse;
mod load;
mod memory;
mod people;
mod server;

use std::path::PathBuf;

use database::Database;
use people::Admin;
use server::Server;

use crate::step::step;

/// The API Keys tab.
const TAB: &str = "/settings/api-keys";
/// What fits on one page of the tab.
const PAGE: usize = 50;
const FEW: usize = 100;
const MANY: usize = 10_000;

/// What the measurements run.
#[derive(Debug)]
pub(crate) struct Tools {
    /// The server's program.
    pub(crate) server: PathBuf,
    /// None leaves Lighthouse out.
    pub(crate) lighthouse: Option<Lighthouse>,
}

/// Lighthouse and its browser.
#[derive(Debug, Clone)]
pub(crate) struct Lighthouse {
    /// The folder of its package.json, packages installed.
    pub(crate) dir: PathBuf,
    pub(crate) chromium: PathBuf,
}

/// Measures and prints everything, in about a minute and a half. What was started is stopped again.
pub(crate) fn measure(tools: &Tools) -> anyhow::Result<()> {
    let database = step("Starting PostgreSQL", "a few seconds", Database::start)?;
    let server = step("Starting the server", "a second", || Server::start(&tools.server, &database))?;
    let (page, few, many, secret) = step("Making three accounts and their keys", "a few seconds", || {
        let page = Admin::of_first_account(&server)?;
        let few = Admin::of_new_account(&server, &database, "few")?;
        let many = Admin::of_new_account(&server, &database, "many")?;
        // One of the many by its form: it is the one with a secret that somebody knows.
        let secret = many.make_key()?;
        for (admin, keys) in [(&page, PAGE), (&few, FEW), (&many, MANY - 1)] {
            database.make_keys(&admin.email, keys)?;
        }
        database.settle()?;
        Ok((page, few, many, secret))
    })?;
    for admin in [&page, &few, &many] {
        admin.expect_page_of(PAGE)?;
    }

    memory::report("Memory of the server at rest", " (under 60 MB)", &server)?;
    first_byte::report(&few, &many)?;
    load::tab(&server, &page)?;
    load::whoami(&server, &secret)?;
    memory::report("Memory of the server after the load", "", &server)?;
    if let Some(lighthouse) = &tools.lighthouse {
        lighthouse::report(lighthouse, &server, &page)?;
    }
    server.stop()?;
    database.stop()
}
