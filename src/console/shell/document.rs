//! The HTML document around every page.

use leptos::prelude::*;

/// What every page needs to know beside its data. The server puts it in context before rendering;
/// the browser never has it.
#[derive(Clone, Debug, Default)]
pub struct Page {
    /// `light`, `dark`, or empty to follow the system.
    pub theme: String,
    /// Path and query of this page, where a change of theme comes back to.
    pub path: String,
    pub assets: Assets,
    /// What the content policy lets this page's scripts carry; without it the page has none.
    pub nonce: Option<String>,
}

/// Addresses of the built files, None for what was not built.
#[derive(Clone, Copy, Debug, Default)]
pub struct Assets {
    pub script: Option<&'static str>,
    pub wasm: Option<&'static str>,
    pub stylesheet: Option<&'static str>,
}

impl Page {
    /// The page in context, or an empty one.
    pub fn current() -> Self {
        use_context().unwrap_or_default()
    }
}

/// The whole document. Its islands come alive in the browser when the page has a nonce.
#[component]
pub fn Document(title: String, children: Children) -> impl IntoView {
    let Page { theme, assets, nonce, .. } = Page::current();
    view! {
        <!DOCTYPE html>
        <html lang="en" data-theme=(!theme.is_empty()).then_some(theme)>
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="light dark"/>
                <title>{title}</title>
                <link rel="icon" href="/favicon.ico" sizes="32x32"/>
                <link rel="icon" href="/favicon.svg" type="image/svg+xml"/>
                <link rel="apple-touch-icon" href="/apple-touch-icon.png"/>
                {assets.stylesheet.map(|href| view! { <link rel="stylesheet" href=href/> })}
                {nonce.and_then(|nonce| scripts(assets, nonce))}
            </head>
            <body>{children()}</body>
        </html>
    }
}

/// Starts the browser part. Without it the page still works, by links and forms.
fn scripts(assets: Assets, nonce: String) -> Option<impl IntoView> {
    let (script, wasm) = assets.script.zip(assets.wasm)?;
    let start = format!(
        r#"import init, * as islands from "{script}";
await init({{ module_or_path: "{wasm}" }});
islands.hydrate();
for (const island of document.querySelectorAll("leptos-island")) islands[island.dataset.component]?.(island);
document.documentElement.dataset.alive = "";"#
    );
    Some(view! {
        <link rel="modulepreload" href=script nonce=nonce.clone()/>
        <link rel="preload" href=wasm r#as="fetch" r#type="application/wasm" crossorigin="anonymous"/>
        <script type="module" nonce=nonce inner_html=start></script>
    })
}
