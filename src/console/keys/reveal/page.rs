//! The page with the new secret, for a browser that runs no script.

use leptos::prelude::*;

use super::{NewSecret, Warning, facts, snippets};
use crate::console::paths;
use crate::console::shell::frame::SettingsFrame;
use crate::console::viewer::Viewer;

pub fn page(viewer: Viewer, secret: NewSecret) -> impl IntoView {
    let snippet = |(name, text): (&'static str, String)| {
        view! {
            <details class="snippet" name="snippet">
                <summary>{name}</summary>
                <pre>{text}</pre>
            </details>
        }
    };
    let snippets = snippets::all(&secret.url, &secret.secret).map(snippet);
    let facts = facts(&secret);
    view! {
        <SettingsFrame viewer>
            <div class="panel broad settles">
                <h1>"Save your API key"</h1>
                <div class="form">
                    <p role="status">{secret.done.words()}</p>
                    <Warning/>
                    {facts}
                    <div class="field">
                        <label for="secret-key">"Secret key"</label>
                        <span class="secret">
                            <textarea id="secret-key" class="input" rows="2" readonly autocomplete="off" spellcheck="false">
                                {secret.secret}
                            </textarea>
                        </span>
                        <p class="hint">"Select it all and copy it to a safe place."</p>
                    </div>
                    <div class="snippets">{snippets}</div>
                    <form method="get" action=paths::KEYS class="actions">
                        <button type="submit" class="button primary">
                            "Done"
                        </button>
                    </form>
                </div>
            </div>
        </SettingsFrame>
    }
}
