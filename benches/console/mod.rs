//! The figures of the console.

mod first_byte;
mod lighthouse;
mod load;

use std::path::PathBuf;

use super::database::Database;
use super::people::{Admin, TAB};
use super::server::Server;
use super::{Tools, memory};
use crate::step::step;

/// What fits on one page of the tab.
const PAGE: usize = 50;
const FEW: usize = 100;
const MANY: usize = 10_000;

/// Lighthouse and its browser.
#[derive(Debug, Clone)]
pub(crate) struct Lighthouse {
    /// The folder of its package.json, packages installed.
    pub(crate) dir: PathBuf,
    pub(crate) chromium: PathBuf,
}

pub(super) fn measure(tools: &Tools) -> anyhow::Result<()> {
    let database = step("Starting PostgreSQL", "a few seconds", Database::start)?;
    let server = step("Starting the server", "a second", || Server::start(&tools.server, &database, &[]))?;
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
