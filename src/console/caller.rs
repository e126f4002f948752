//! Who makes a console call. The types are the proof: what takes an [`Admin`] cannot be called by anyone else.

use std::fmt;
use std::net::IpAddr;

use axum::Extension;
use leptos::prelude::FromServerFnError;
use time::OffsetDateTime;
use tower_sessions::Session;

use super::error::ConsoleError;
use super::viewer::Viewer;
use crate::console::ui::time_text;
use crate::domain::id::RequestId;
use crate::state::AppState;
use crate::store;
use crate::store::audit::{Actor, Who};
use crate::store::members::SignedIn;

/// A request to the console, as the authentication layer found it.
#[derive(Clone)]
pub struct Caller {
    pub state: AppState,
    pub session: Session,
    pub signed_in: Option<SignedIn>,
    pub ip: Option<IpAddr>,
    pub request: RequestId,
}

impl fmt::Debug for Caller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Caller").field("request", &self.request).finish_non_exhaustive()
    }
}

impl Caller {
    pub fn member(self) -> Result<Member, ConsoleError> {
        let signed_in = self.signed_in.clone().ok_or(ConsoleError::SignedOut)?;
        Ok(Member { caller: self, signed_in })
    }
}

/// Somebody who is signed in.
#[derive(Clone, Debug)]
pub struct Member {
    pub caller: Caller,
    pub signed_in: SignedIn,
}

impl Member {
    pub fn viewer(&self) -> Viewer {
        Viewer {
            account: self.signed_in.account_name.clone(),
            mode: self.signed_in.mode.label().to_owned(),
            email: self.signed_in.email.clone(),
            admin: self.signed_in.grants.is_admin(),
            now: time_text::iso(OffsetDateTime::now_utc()),
            shortcuts: self.signed_in.shortcuts,
        }
    }

    /// Keeps whether single letters are shortcuts.
    pub async fn set_shortcuts(&self, on: bool) -> Result<(), ConsoleError> {
        let SignedIn { account, member, .. } = self.signed_in;
        let set = store::members::set_shortcuts(&self.caller.state.db, account, member, on).await;
        set.map_err(|error| failed(error, self.caller.request))
    }

    pub fn admin(self) -> Result<Admin, ConsoleError> {
        if self.signed_in.grants.is_admin() {
            Ok(Admin { member: self })
        } else {
            Err(ConsoleError::Forbidden)
        }
    }
}

/// Somebody who is signed in and whose role is Admin.
#[derive(Clone, Debug)]
pub struct Admin {
    member: Member,
}

impl Admin {
    pub fn state(&self) -> &AppState {
        &self.member.caller.state
    }

    pub fn db(&self) -> &store::Db {
        &self.state().db
    }

    pub fn signed_in(&self) -> &SignedIn {
        &self.member.signed_in
    }

    pub fn viewer(&self) -> Viewer {
        self.member.viewer()
    }

    pub fn session(&self) -> &Session {
        &self.member.caller.session
    }

    /// Who to name in the audit event of a change.
    pub fn actor(&self) -> Actor {
        Actor {
            account: self.member.signed_in.account,
            who: Who::Member { id: self.member.signed_in.member, email: self.member.signed_in.email.clone() },
            ip: self.member.caller.ip,
            request: Some(self.member.caller.request),
        }
    }

    /// Resolves when every replica goes by what was read before.
    pub async fn settled(&self) {
        store::replicas::wait_for_replicas(self.db()).await;
    }

    /// What the person is told when the database fails. The cause is logged, once.
    pub fn failed(&self, error: store::Error) -> ConsoleError {
        failed(error, self.member.caller.request)
    }
}

/// See [`Admin::failed`].
pub fn failed(error: store::Error, request: RequestId) -> ConsoleError {
    let cause = std::error::Error::source(&error).map(ToString::to_string);
    tracing::error!(%request, %error, cause, "console call failed");
    match error {
        store::Error::Unavailable(_) => ConsoleError::Unavailable,
        store::Error::Unsure(_) => ConsoleError::Unsure,
        store::Error::Query(_) => ConsoleError::Internal { request_id: request.to_string() },
    }
}

/// The member behind the running server function.
pub async fn member() -> Result<Member, ConsoleError> {
    let Extension(caller): Extension<Caller> =
        leptos_axum::extract().await.map_err(ConsoleError::from_server_fn_error)?;
    caller.member()
}

/// The admin behind the running server function.
pub async fn admin() -> Result<Admin, ConsoleError> {
    member().await?.admin()
}
