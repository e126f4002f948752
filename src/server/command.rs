//! The commands of the command line beside `serve`.

use std::io::{BufRead, IsTerminal, Read};

use clap::Args;

use super::database::{Database, DatabaseError};
use crate::config::{DatabaseArgs, PublicUrl};
use crate::domain::member::{Email, Password};
use crate::sign_in::passwords::{HashError, Passwords};
use crate::sign_in::setup_token::{self, LinkError};
use crate::store;
use crate::store::members::AddError;

/// Why a command did not do its work. One sentence each, for the terminal.
#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    #[error("There is an account already. Sign in at /login, or add members with: augno-api-keys member add")]
    AccountExists,
    #[error("There is no account yet. Open the set-up link first: augno-api-keys setup-link")]
    NoAccount,
    #[error("There is no role named {0}. The built-in roles are Admin and Viewer.")]
    UnknownRole(String),
    #[error("{0}")]
    BadInput(&'static str),
    #[error("The password could not be read from standard input: {0}.")]
    Input(#[from] std::io::Error),
    #[error("A member with this email address exists already.")]
    EmailTaken,
    #[error(transparent)]
    Database(#[from] DatabaseError),
    #[error(transparent)]
    Hash(#[from] HashError),
    #[error("The database failed: {0}.")]
    Store(#[from] store::Error),
    #[error("Making the link failed: {0}.")]
    Link(#[from] LinkError),
}

/// Flags of `setup-link`.
#[derive(Args, Clone, Debug)]
pub struct SetupLinkArgs {
    /// The URL that the link begins with.
    #[arg(long, env = "AUGNO_PUBLIC_URL", default_value = "http://127.0.0.1:3000")]
    public_url: PublicUrl,
    #[command(flatten)]
    database: DatabaseArgs,
}

/// Flags of `member add`.
#[derive(Args, Clone, Debug)]
pub struct MemberAddArgs {
    /// The member's email address.
    #[arg(long)]
    email: String,
    /// The member's role: Admin, Viewer, or a role of the account.
    #[arg(long, default_value = "Viewer")]
    role: String,
    #[command(flatten)]
    database: DatabaseArgs,
}

/// Flags of `migrate`.
#[derive(Args, Clone, Debug)]
pub struct MigrateArgs {
    #[command(flatten)]
    database: DatabaseArgs,
}

/// Brings the schema up to date, as the role that owns it.
#[expect(clippy::print_stdout, reason = "tells the person at the terminal that it is done")]
pub async fn migrate(args: MigrateArgs) -> Result<(), CommandError> {
    Database::open_beside(&args.database).await?.close().await?;
    println!("The database is up to date.");
    Ok(())
}

/// Prints another one-time link to /setup; an earlier one stops working.
#[expect(clippy::print_stdout, reason = "the link is this command's output")]
pub async fn setup_link(args: SetupLinkArgs) -> Result<(), CommandError> {
    let database = Database::open_beside(&args.database).await?;
    let link = setup_token::link(&database.pools.requests, &args.public_url).await;
    database.close().await?;
    println!("{}", link?.ok_or(CommandError::AccountExists)?);
    Ok(())
}

/// Adds a member, whose password is read from standard input.
#[expect(clippy::print_stdout, reason = "tells the person at the terminal that it is done")]
pub async fn member_add(args: MemberAddArgs) -> Result<(), CommandError> {
    let email = Email::parse(&args.email).map_err(CommandError::BadInput)?;
    let password = Password::choose(read_password()?).map_err(CommandError::BadInput)?;
    let database = Database::open_beside(&args.database).await?;
    let added = add(&database, &email, password, &args.role).await;
    database.close().await?;
    added?;
    println!("{} was added with the role {}.", email.as_str(), args.role);
    Ok(())
}

/// One line of standard input; at a terminal it is asked for, and not shown.
fn read_password() -> std::io::Result<String> {
    let stdin = std::io::stdin();
    if stdin.is_terminal() {
        return rpassword::prompt_password("Password: ");
    }
    let mut line = String::new();
    stdin.lock().take(2 * Password::MAX as u64).read_line(&mut line)?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

async fn add(database: &Database, email: &Email, password: Password, role: &str) -> Result<(), CommandError> {
    let db = &database.pools.requests;
    let account = store::accounts::only(db).await?.ok_or(CommandError::NoAccount)?;
    let role_id = store::roles::by_name(db, account, role)
        .await?
        .ok_or_else(|| CommandError::UnknownRole(role.to_owned()))?;
    let password_hash = Passwords::new().hash(password).await?;
    store::members::add(db, account, email, &password_hash, (role_id, role)).await.map_err(|error| {
        match error {
            AddError::EmailTaken => CommandError::EmailTaken,
            AddError::Store(error) => error.into(),
        }
    })?;
    Ok(())
}
