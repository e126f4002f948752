//! A form that was sent twice made one secret, and its answer may be lost: a second click takes the place of the first
//! one's answer in the browser. **Show a new secret** rotates, so that nobody has lost anything.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::rotate::{RotateKeyForm, rotate_key};
use crate::console::error::{ConsoleError, SentTwice};
use crate::console::form::Outcome;
use crate::console::island::screen::Screen;

/// The rotation that shows another secret. The one that nobody has seen stops at once; what was promised to older ones
/// holds.
fn another(sent: SentTwice) -> RotateKeyForm {
    RotateKeyForm {
        id: sent.key_id,
        secret_id: sent.secret_id,
        old_secret: "unseen".to_owned(),
        expiration: "keep".to_owned(),
        expires_on: String::new(),
        token: sent.token,
    }
}

/// In a dialog, under what went wrong.
pub fn remedy(error: &ConsoleError, screen: Screen) -> Option<impl IntoView + use<> + 'static> {
    let ConsoleError::SentTwice(sent) = error.clone() else { return None };
    let pending = RwSignal::new(false);
    let failed = RwSignal::new(None::<ConsoleError>);
    let show = move |_| {
        if pending.get_untracked() {
            return;
        }
        pending.set(true);
        let answer = rotate_key(another(sent.clone()));
        spawn_local(async move {
            match answer.await {
                Ok(secret) => secret.show(screen, pending.try_set(false).is_some()),
                Err(error) => {
                    let _ = (pending.try_set(false), failed.try_set(Some(error)));
                }
            }
        });
    };
    let busy = move || pending.get().then_some("true");
    Some(view! {
        <div class="form">
            <button type="button" class="button" aria-busy=busy on:click=show>
                "Show a new secret"
            </button>
            <p class="field-error" role="alert">{move || failed.get().map(|error| error.to_string())}</p>
        </div>
    })
}

#[cfg(feature = "ssr")]
mod answer {
    use std::time::Duration;

    use axum::response::Response;
    use http::StatusCode;
    use leptos::prelude::*;
    use sha2::{Digest, Sha256};
    use uuid::Uuid;

    use super::{ConsoleError, RotateKeyForm, SentTwice, another};
    use crate::console::caller::Admin;
    use crate::console::paths;
    use crate::console::shell::answer::Pages;
    use crate::console::shell::frame::SettingsFrame;
    use crate::store;
    use crate::store::idempotency::{Made, Once};

    /// How long a form can be posted again: longer than the session that it was shown in.
    const FORM_LIFE: Duration = Duration::from_hours(8 * 24);

    /// For a form whose first sending left nothing to lead to.
    pub const NOTHING_CHANGED: &str =
        "This form was sent twice and took effect once. Look at the list of keys before you go on.";

    /// The mark of one showing of the form, whatever was typed into it. Without one, each post counts.
    pub fn once(token: &str) -> Option<Once> {
        let token: Uuid = token.parse().ok()?;
        let request = Sha256::digest(token.as_bytes()).into();
        Some(Once { key: format!("form:{token}"), request, keep: FORM_LIFE })
    }

    /// What the second sending is told. Only the secret of the first one is offered to be replaced: another is somebody's.
    pub async fn error(admin: &Admin, made: Made, what: &str) -> ConsoleError {
        let found = store::keys::get(admin.db(), admin.signed_in().account, made.key).await;
        match found {
            Ok(Some((record, _))) if record.secret_id == made.secret => ConsoleError::SentTwice(SentTwice {
                text: format!(
                    "This form was sent twice. {what} If you saved the secret that was shown, you are done. If you \
                     have not seen it, show a new one: the unseen secret then stops at once."
                ),
                key_id: made.key.to_string(),
                key_name: record.name,
                secret_id: record.secret_id.to_string(),
                token: Uuid::new_v4().to_string(),
            }),
            Ok(_) => ConsoleError::Conflict(NOTHING_CHANGED.to_owned()),
            Err(error) => admin.failed(error),
        }
    }

    /// The page in place of the form.
    pub fn answer(error: &ConsoleError, pages: &Pages, admin: &Admin) -> Option<Response> {
        let ConsoleError::SentTwice(sent) = error.clone() else { return None };
        let viewer = admin.viewer();
        Some(pages.render(StatusCode::CONFLICT, "Sent twice", move || {
            let (text, name) = (sent.text.clone(), sent.key_name.clone());
            let page = paths::key(&sent.key_id);
            let action = paths::key_form(&sent.key_id, "rotate");
            let RotateKeyForm { secret_id, old_secret, expiration, token, .. } = another(sent);
            view! {
                <SettingsFrame viewer>
                    <div class="panel settles">
                        <h1>"Did you see the secret of " <bdi>{name}</bdi> "?"</h1>
                        <form method="post" action=action class="form">
                            <div role="alert" class="warning">
                                <p>{text}</p>
                            </div>
                            <input type="hidden" name="secret_id" value=secret_id/>
                            <input type="hidden" name="old_secret" value=old_secret/>
                            <input type="hidden" name="expiration" value=expiration/>
                            <input type="hidden" name="token" value=token/>
                            <div class="actions">
                                <a class="button" href=page>
                                    "Go to the key"
                                </a>
                                <button type="submit" class="button primary">
                                    "Show a new secret"
                                </button>
                            </div>
                        </form>
                    </div>
                </SettingsFrame>
            }
        }))
    }
}
#[cfg(feature = "ssr")]
pub use answer::{NOTHING_CHANGED, answer, error, once};
