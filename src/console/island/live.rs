//! Following links and showing changes without a page load: the parts of the page marked `data-live`
//! are replaced by the same parts of what the server shows now.

use std::cell::Cell;

use leptos::prelude::{document, window};
use leptos::wasm_bindgen::{JsCast, JsValue};
use leptos::web_sys::{Document, DomParser, HtmlElement, Response, SupportedType};
use wasm_bindgen_futures::JsFuture;

use crate::console::browser;
use crate::console::error::ConsoleError;

const LIVE: &str = "[data-live]";
/// The head of the list.
const LIVE_LIST: &str = "[data-list-head]";

thread_local! {
    /// Counts loads, so that a slow answer never replaces a later one.
    static LATEST: Cell<u32> = const { Cell::new(0) };
}

/// How a visit shows in the browser's history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum History {
    Push,
    Replace,
    /// The address is there already: a reload in place, or the back button.
    Keep,
}

/// What to show, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Visit {
    address: String,
    history: History,
    /// Where the list shows another page, its head comes into sight.
    to_top: bool,
}

impl Visit {
    pub fn new(address: String, history: History) -> Self {
        Self { address, history, to_top: false }
    }

    /// This page, as it is now.
    pub fn again() -> Self {
        Self::new(browser::address(), History::Keep)
    }

    pub fn to_top(self) -> Self {
        Self { to_top: true, ..self }
    }
}

/// Shows what the server has at the address.
pub async fn visit(visit: &Visit) -> Result<(), ConsoleError> {
    let turn = LATEST.with(|latest| {
        latest.set(latest.get().wrapping_add(1));
        latest.get()
    });
    busy(true);
    let answer = fetch(&visit.address).await;
    if LATEST.with(Cell::get) != turn {
        return Ok(());
    }
    busy(false);
    match answer.map_err(|_| ConsoleError::Unreachable)? {
        Answer::Page(page) => {
            remember(&visit.address, visit.history);
            show(&page);
            if visit.to_top
                && let Some(heading) = browser::find(LIVE_LIST)
            {
                heading.scroll_into_view();
            }
            Ok(())
        }
        Answer::Failed => Err(ConsoleError::Unavailable),
        Answer::Other => {
            // Not this page any more: signed out, or its key is gone. The browser goes there itself.
            browser::go(&visit.address);
            Ok(())
        }
    }
}

/// Shows this page as it is now, if nobody has begun anything meanwhile. Where there is no such page any more, whoever
/// does the next thing sees why.
pub async fn look_again(at_rest: impl Fn() -> bool) {
    let turn = LATEST.with(Cell::get);
    if browser::find("[data-live][aria-busy]").is_some() {
        return;
    }
    if let Ok(Answer::Page(page)) = fetch(&browser::address()).await
        && LATEST.with(Cell::get) == turn
        && at_rest()
    {
        show(&page);
    }
}

enum Answer {
    Page(Document),
    /// The server sends elsewhere, or has an error to show.
    Other,
    /// The server cannot answer at present.
    Failed,
}

async fn fetch(address: &str) -> Result<Answer, JsValue> {
    let response: Response = JsFuture::from(window().fetch_with_str(address)).await?.dyn_into()?;
    if response.status() >= 500 {
        return Ok(Answer::Failed);
    }
    if response.redirected() || !response.ok() {
        return Ok(Answer::Other);
    }
    let text = JsFuture::from(response.text()?).await?.as_string().unwrap_or_default();
    let page = DomParser::new()?.parse_from_string(&text, SupportedType::TextHtml)?;
    Ok(Answer::Page(page))
}

fn remember(address: &str, history: History) {
    let Ok(entries) = window().history() else { return };
    // Browsers refuse this only when it is done hundreds of times in a row.
    let _ = match history {
        History::Push => entries.push_state_with_url(&JsValue::NULL, "", Some(address)),
        History::Replace => entries.replace_state_with_url(&JsValue::NULL, "", Some(address)),
        History::Keep => Ok(()),
    };
}

/// Tells that the parts that will be replaced are on their way.
fn busy(busy: bool) {
    for part in browser::everywhere(LIVE) {
        let _ =
            if busy { part.set_attribute("aria-busy", "true") } else { part.remove_attribute("aria-busy") };
    }
}

/// A part marked `data-live="text"` stays and gets the other's text, so that a live region is read out.
fn show(page: &Document) {
    let focused = document().active_element().map(|element| element.id()).unwrap_or_default();
    document().set_title(&page.title());
    for part in browser::everywhere(LIVE) {
        let Some(fresh) = page.get_element_by_id(&part.id()) else { continue };
        if part.is_equal_node(Some(&fresh)) {
            // What somebody has selected or points at stays so.
            continue;
        }
        if part.get_attribute("data-live").as_deref() == Some("text") {
            part.set_text_content(fresh.text_content().as_deref());
        } else {
            let _ = part.replace_with_with_node_1(&fresh);
        }
    }
    if browser::focus_is_lost() {
        let same = (!focused.is_empty()).then(|| document().get_element_by_id(&focused)).flatten();
        let same = same.and_then(|element| element.dyn_into::<HtmlElement>().ok());
        if let Some(element) = same.or_else(|| browser::find("h1")) {
            browser::focus_in_place(&element);
        }
    }
}
