//! What the last form post did, told once on the page that follows.

use tower_sessions::Session;
use tower_sessions::session::Error;

const KEY: &str = "done";

/// Keeps the sentence for the next page.
pub async fn put(session: &Session, done: &str) -> Result<(), Error> {
    session.insert(KEY, done).await?;
    session.save().await
}

/// Takes the sentence, if there is one.
pub async fn take(session: &Session) -> Option<String> {
    // Looking first: a removal counts as a change, and a change costs a write.
    let done: Option<String> = session.get(KEY).await.ok().flatten();
    if done.is_some() {
        let _: Result<Option<String>, _> = session.remove(KEY).await;
    }
    done
}
