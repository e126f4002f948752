//! From an issued secret to what is shown of it.

use rand::rand_core::UnwrapErr;
use rand::rngs::SysRng;

use super::NewSecret;
use crate::console::caller::Admin;
use crate::console::error::ConsoleError;
use crate::console::paths;
use crate::console::ui::time_text;
use crate::console::ui::toast::Done;
use crate::store::keys::Issued;

/// What secrets are made of.
pub fn random() -> UnwrapErr<SysRng> {
    UnwrapErr(SysRng)
}

impl NewSecret {
    /// `what` was done to the key, as in " was created."
    pub async fn of(admin: &Admin, issued: Issued, what: &str) -> Result<Self, ConsoleError> {
        let Issued { key, secret, older, now } = issued;
        let exact = |at| format!("{}, {}", time_text::full_date(at), time_text::clock(at));
        let older = older
            .into_iter()
            .filter(|old| old.works(now))
            .filter_map(|old| Some((old.last_four, exact(old.stops_at?))));
        Ok(Self {
            older: older.collect(),
            role: key.role.name,
            expires: key.expires_at.map_or_else(|| "Never".to_owned(), time_text::full_date),
            secret: secret.expose().to_owned(),
            secret_id: secret.id().to_string(),
            url: admin.state().config.public_url.origin().to_owned(),
            done: Done {
                name: key.name.clone(),
                what: what.to_owned(),
                href: Some(paths::key(&key.id.to_string())),
                list: paths::KEYS.to_owned(),
            },
            key_id: key.id.to_string(),
            name: key.name,
        })
    }
}
