//! While the secret is shown: the first request that it makes.

use std::time::Duration;

use leptos::prelude::*;
use leptos::server_fn::codec::Json;
use leptos::task::spawn_local;

use crate::console::browser;
#[cfg(feature = "ssr")]
use crate::console::caller::{Admin, admin};
use crate::console::error::ConsoleError;

/// The first request that a secret made, in words: "First request: 200 from 192.0.2.7".
#[server(prefix = "/console", endpoint = "first-request", input = Json)]
pub async fn first_request(
    key_id: String,
    secret_id: String,
    last_four: String,
) -> Result<Option<String>, ConsoleError> {
    look_up(&admin().await?, &key_id, &secret_id, &last_four).await
}

#[cfg(feature = "ssr")]
async fn look_up(
    admin: &Admin,
    key_id: &str,
    secret_id: &str,
    last_four: &str,
) -> Result<Option<String>, ConsoleError> {
    use crate::console::error::Thing;
    use crate::console::keys::input;
    use crate::store;
    let key = input::key(key_id)?;
    let secret = secret_id.parse().map_err(|_| ConsoleError::NotFound(Thing::Secret))?;
    let (account, mode) = (admin.signed_in().account, admin.signed_in().mode);
    let found =
        store::request_log::first_of_secret(admin.db(), account, key, secret, &mode.redacted(last_four))
            .await;
    let words = |(status, ip): (i16, Option<String>)| match ip {
        Some(ip) => format!("First request: {status} from {ip}"),
        None => format!("First request: {status}"),
    };
    Ok(found.map_err(|error| admin.failed(error))?.map(words))
}

/// Whose first request is waited for.
#[derive(Clone)]
pub struct Awaited {
    pub key_id: String,
    pub secret_id: String,
    pub last_four: String,
}

/// How often is looked for the first request.
const LOOK: Duration = Duration::from_secs(2);
/// How often at most: whoever leaves the dialog open for an hour asks no more.
const MAX_LOOKS: u32 = 300;

pub fn first_request_line(of: Awaited) -> impl IntoView {
    let seen = RwSignal::new(None::<String>);
    let looks = StoredValue::new(0_u32);
    Effect::new(move || {
        let of = of.clone();
        let look = move || {
            looks.try_update_value(|looks| *looks += 1);
            let done = seen.try_with_untracked(Option::is_some).unwrap_or(true);
            if done || looks.try_get_value().is_none_or(|looks| looks > MAX_LOOKS) || !browser::is_visible() {
                return;
            }
            let asked = first_request(of.key_id.clone(), of.secret_id.clone(), of.last_four.clone());
            spawn_local(async move {
                if let Ok(Some(words)) = asked.await {
                    seen.try_set(Some(words));
                }
            });
        };
        if let Ok(interval) = set_interval_with_handle(look, LOOK) {
            on_cleanup(move || interval.clear());
        }
    });
    let pulse = move || if seen.with(Option::is_some) { "pulse" } else { "pulse waiting" };
    view! {
        <span class="first-request" aria-live="polite">
            <span class=pulse></span>
            {move || seen.get().unwrap_or_else(|| "Waiting for the first request".to_owned())}
        </span>
    }
}
