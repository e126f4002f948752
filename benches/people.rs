use std::net::SocketAddr;

use anyhow::{Context, ensure};

use super::database::Database;
use super::http::Connection;
use super::server::Server;

/// The API Keys tab.
pub(super) const TAB: &str = "/settings/api-keys";

const PASSWORD: &str = "correct-horse-battery";

/// The admin of an account, signed in.
#[derive(Debug)]
pub(super) struct Admin {
    pub(super) email: String,
    /// The session's, as a header takes it.
    pub(super) cookie: String,
    pub(super) server: SocketAddr,
}

impl Admin {
    /// Of the account that the server's one-time link makes.
    pub(super) fn of_first_account(server: &Server) -> anyhow::Result<Admin> {
        let email = "page@bench.example";
        let fields = [
            ("token", server.setup_token.as_str()),
            ("account", "Bench"),
            ("email", email),
            ("password", PASSWORD),
        ];
        let answer = Connection::open(server.address)?.post("/setup", &[], &fields)?;
        ensure!(answer.status == 303, "/setup answered {}", answer.status);
        Admin::sign_in(server.address, email)
    }

    /// Of one more account.
    pub(super) fn of_new_account(server: &Server, database: &Database, name: &str) -> anyhow::Result<Admin> {
        let email = format!("{name}@bench.example");
        database.make_account(&email)?;
        Admin::sign_in(server.address, &email)
    }

    fn sign_in(server: SocketAddr, email: &str) -> anyhow::Result<Admin> {
        let fields = [("email", email), ("password", PASSWORD), ("next", TAB)];
        let answer = Connection::open(server)?.post("/login", &[], &fields)?;
        ensure!(answer.status == 303, "/login answered {}", answer.status);
        let cookie = answer.header("set-cookie").and_then(|cookie| cookie.split(';').next());
        let cookie = cookie.context("/login set no cookie")?.to_owned();
        Ok(Admin { email: email.to_owned(), cookie, server })
    }

    /// Makes a key by its form. The secret that the answer shows.
    pub(super) fn make_key(&self) -> anyhow::Result<String> {
        let path = format!("{TAB}/new");
        let headers = [("cookie", self.cookie.as_str())];
        let mut connection = Connection::open(self.server)?;
        let form = connection.get(&path, &headers)?.text();
        let role = between(&form, "value=\"rl_", "\"").context("the form offers no role")?;
        let token = between(&form, "name=\"token\" value=\"", "\"").context("the form has no token")?;
        let fields = [
            ("name", "Whoami"),
            ("role_id", &format!("rl_{role}")),
            ("expiration", "none"),
            ("token", token),
        ];
        let answer = connection.post(&path, &headers, &fields)?.text();
        let secret = answer.find("aug_sk_").and_then(|at| answer.get(at..at + 85));
        Ok(secret.context("no secret was shown")?.to_owned())
    }

    /// Opens the tab a few times. An error unless it shows so many keys.
    pub(super) fn expect_page_of(&self, keys: usize) -> anyhow::Result<()> {
        let mut connection = Connection::open(self.server)?;
        for _ in 0..3 {
            let answer = connection.get(TAB, &[("cookie", &self.cookie)])?;
            let shown = answer.text().matches("data-key=").count();
            let whose = &self.email;
            ensure!(answer.status == 200, "the tab of {whose} answered {}", answer.status);
            ensure!(shown == keys, "the tab of {whose} shows {shown} keys instead of {keys}");
        }
        Ok(())
    }
}

fn between<'text>(text: &'text str, before: &str, after: &str) -> Option<&'text str> {
    text.split_once(before)?.1.split_once(after).map(|(found, _)| found)
}
