//! Beginning a member's session.

use http::{HeaderMap, header};

use super::caller::Caller;
use super::error::ConsoleError;
use crate::domain::id::MemberId;
use crate::store::sessions::{IP, MEMBER, USER_AGENT};

/// Signs the member in under a session id that nobody knew before.
pub async fn start(caller: &Caller, member: MemberId, headers: &HeaderMap) -> Result<(), ConsoleError> {
    let session = &caller.session;
    let user_agent: String = headers
        .get(header::USER_AGENT)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
        .chars()
        .take(300)
        .collect();
    let started = async {
        session.cycle_id().await?;
        session.insert(MEMBER, member.uuid()).await?;
        session.insert(IP, caller.ip).await?;
        session.insert(USER_AGENT, user_agent).await?;
        session.save().await
    };
    started.await.map_err(|error| {
        tracing::error!(request = %caller.request, %error, "the session could not be kept");
        ConsoleError::Unavailable
    })
}
