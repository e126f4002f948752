//! What the last form post did, told once on the page that follows.

use tower_sessions::Session;
use tower_sessions::session::Error;

use super::ui::toast::Done;

const KEY: &str = "done";

/// Keeps it for the next page.
pub async fn put(session: &Session, done: &Done) -> Result<(), Error> {
    session.insert(KEY, done).await?;
    session.save().await
}

/// Takes it, if there is one.
pub async fn take(session: &Session) -> Option<Done> {
    // Looking first: a removal counts as a change, and a change costs a write.
    let done: Option<Done> = session.get(KEY).await.ok().flatten();
    if done.is_some() {
        let _: Result<Option<Done>, _> = session.remove(KEY).await;
    }
    done
}
