//! Choosing what a list shows: links, selects and the search box of a form marked `data-filter`. The address keeps it all.

use std::cell::RefCell;
use std::time::Duration;

use leptos::leptos_dom::helpers::debounce;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::{Event, HtmlInputElement, MouseEvent};

use super::live::{History, Visit};
use super::screen::Screen;
use crate::console::browser;

/// Typing settles for this long before the list follows.
const SETTLING: Duration = Duration::from_millis(250);

/// Longest text that is searched for, in characters.
const MAX_SEARCH: usize = 100;

const FORM: &str = "form[data-filter]";
pub const SEARCH: &str = "form[data-filter] input[type=search]";

pub fn listen(screen: Screen) {
    take_whatever_is_pasted();
    let settled = RefCell::new(debounce(SETTLING, move |()| follow_fields(screen, History::Replace)));
    let click = window_event_listener(leptos::ev::click, move |event| follow_link(&event, screen));
    let input = window_event_listener(leptos::ev::input, move |event| {
        if browser::closest(&event, SEARCH).is_some() {
            hide_secret(&event);
            settled.borrow_mut()(());
        }
    });
    let change = window_event_listener(leptos::ev::change, move |event| {
        if browser::closest(&event, "form[data-filter] select").is_some() {
            follow_fields(screen, History::Push);
        }
    });
    let submit = window_event_listener(leptos::ev::submit, move |event| {
        if browser::closest(&event, FORM).is_some() {
            event.prevent_default();
            follow_fields(screen, History::Replace);
        }
    });
    let back = window_event_listener(leptos::ev::popstate, move |_| {
        set_fields();
        screen.visit(Visit::again());
    });
    on_cleanup(move || {
        click.remove();
        input.remove();
        change.remove();
        submit.remove();
        back.remove();
    });
}

/// Without the browser part the box takes as much as may be in a URL. With it a whole line may be pasted, of which the
/// secret is left out before anything is sent.
fn take_whatever_is_pasted() {
    if let Some(search) = browser::find(SEARCH) {
        let _ = search.remove_attribute("maxlength");
    }
}

fn hide_secret(event: &Event) {
    let input = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
    if let Some(input) = input
        && let Some(id) = secret_id(&input.value())
    {
        input.set_value(&id);
    }
}

/// The beginning of a secret up to its id, where the text holds more than that.
pub fn secret_id(text: &str) -> Option<String> {
    /// Fewer characters of an id tell nothing.
    const SHORTEST_ID: usize = 7;
    let text = text.trim();
    // A redacted value, or the word alone, may stand before the secret.
    let begins = text.match_indices("aug_sk_").find_map(|(at, _)| {
        let (begin, rest) = text[at..].split_at_checked("aug_sk_prod_".len())?;
        let id: String = rest.chars().take_while(char::is_ascii_alphanumeric).take(22).collect();
        (["aug_sk_prod_", "aug_sk_test_"].contains(&begin) && id.len() >= SHORTEST_ID)
            .then(|| [begin, &id].concat())
    })?;
    (begins != text).then_some(begins)
}

/// Shows what the fields say, from the first page on.
fn follow_fields(screen: Screen, history: History) {
    let fields = browser::form_values(FORM);
    let text = |(name, value): (String, String)| {
        let value: String = value.trim().chars().take(MAX_SEARCH).collect();
        (name, secret_id(&value).unwrap_or(value))
    };
    let fields: Vec<_> = fields.into_iter().map(text).filter(|(_, value)| !value.is_empty()).collect();
    let address = browser::address_with(&fields);
    if address != browser::address() {
        screen.visit(Visit::new(address, history));
    }
}

/// Makes the fields say what the address says, as after a step back.
fn set_fields() {
    for field in browser::everywhere("form[data-filter] :is(select, input[type=search])") {
        let name = field.get_attribute("name").unwrap_or_default();
        browser::set_value(&field, &browser::query_value(&name).unwrap_or_default());
    }
}

/// Follows a link to the same page with another filter.
fn follow_link(event: &MouseEvent, screen: Screen) {
    if !browser::is_plain_click(event) {
        return;
    }
    let Some(link) = browser::closest(event, "a[data-visit]") else { return };
    let Some(address) = link.get_attribute("href").and_then(|href| browser::local_address(&href)) else {
        return;
    };
    event.prevent_default();
    let visit = Visit::new(address, History::Push);
    screen.visit(if link.get_attribute("data-visit").as_deref() == Some("page") {
        visit.to_top()
    } else {
        visit
    });
    if link.has_attribute("data-clear") {
        for field in browser::everywhere("form[data-filter] :is(select, input[type=search])") {
            browser::set_value(&field, "");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::secret_id;

    #[test]
    fn of_a_pasted_secret_only_the_id_is_left() {
        let id = "aug_sk_prod_0RhxFDvTdDnb0bgtcoA5P7";
        let secret = format!("{id}_60EmH4h9j9ZldsuU9XyngXlpu8NqdIlGTQw8OM8cGe0aXXXXXX");
        for text in [
            secret.clone(),
            format!(" {secret} "),
            format!("Bearer {secret}"),
            format!("AUGNO_API_KEY=\"{secret}\""),
            format!("curl -H 'Authorization: Bearer {secret}' https://keys.example/v1/auth/whoami"),
            format!("{id}_"),
        ] {
            assert_eq!(secret_id(&text).as_deref(), Some(id), "{text}");
        }
        for text in [id, "erp sync", "", "aug_sk_prod_****hjt4", "hjt4"] {
            assert_eq!(secret_id(text), None, "{text}");
        }
    }
}
