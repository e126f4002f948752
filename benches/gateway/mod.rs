//! The figures of the gateway and of the request log.

mod description;
mod log_pages;
mod nginx;
mod streaming;
mod throughput;

use super::Tools;
use super::database::Database;
use super::people::Admin;
use super::server::Server;
use crate::step::{say, step};
use description::description;
use nginx::Nginx;

pub(super) fn measure(tools: &Tools) -> anyhow::Result<()> {
    let Some(nginx) = &tools.nginx else {
        say("The figures of the gateway need nginx, as the upstream and as the peer");
        return Ok(());
    };
    let nginx = step("Starting nginx", "a second", || Nginx::start(nginx))?;
    let database = step("Starting PostgreSQL", "a few seconds", Database::start)?;
    let upstream = nginx.upstream_url();
    let flags = ["--upstream", &upstream, "--upstream-openapi", description()?];
    let server = step("Starting the server", "a second", || Server::start(&tools.server, &database, &flags))?;
    let admin = Admin::of_first_account(&server)?;
    let secret = admin.make_key()?;
    database.settle()?;

    // Before the load, which adds half a million rows of one kind; and then without the rows of this.
    log_pages::report(&database, &server, &admin, &secret)?;
    database.run("truncate request_log")?;
    throughput::report(&nginx, &server, &secret)?;
    streaming::report(&server, &secret)?;
    server.stop()?;
    nginx.stop()?;
    database.stop()
}
