//! What pages ask of the browser itself: focus, dialogs, clipboard, cookies, random numbers.
//! Called from event handlers and effects only, so never on the server.

use leptos::prelude::{document, request_animation_frame, window};
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::{
    Element, Event, FocusOptions, FormData, HtmlDialogElement, HtmlDocument, HtmlElement, HtmlFormElement,
    HtmlInputElement, NodeList, Url, UrlSearchParams,
};
use wasm_bindgen_futures::JsFuture;

/// The nearest element that matches `selector`, from where the event happened outwards.
pub fn closest(event: &Event, selector: &str) -> Option<HtmlElement> {
    let target: Element = event.target()?.dyn_into().ok()?;
    target.closest(selector).ok()??.dyn_into().ok()
}

pub fn find(selector: &str) -> Option<HtmlElement> {
    document().query_selector(selector).ok()??.dyn_into().ok()
}

/// Every element under `root` that matches.
pub fn find_all(root: &Element, selector: &str) -> Vec<HtmlElement> {
    root.query_selector_all(selector).map(elements).unwrap_or_default()
}

/// Every element of the page that matches.
pub fn everywhere(selector: &str) -> Vec<HtmlElement> {
    document().query_selector_all(selector).map(elements).unwrap_or_default()
}

fn elements(nodes: NodeList) -> Vec<HtmlElement> {
    (0..nodes.length()).filter_map(|index| nodes.get(index)?.dyn_into().ok()).collect()
}

pub fn focus(element: &HtmlElement) {
    // Only elements that just left the page refuse focus, and those need none.
    let _ = element.focus();
}

/// Focuses the first match once the page shows what was just set.
pub fn focus_soon(selector: &'static str) {
    request_animation_frame(move || {
        if let Some(element) = find(selector) {
            focus(&element);
        }
    });
}

/// Moves focus without a scroll.
pub fn focus_in_place(element: &HtmlElement) {
    let options = FocusOptions::new();
    options.set_prevent_scroll(true);
    let _ = element.focus_with_options(&options);
}

/// Whether focus lies nowhere, as after the focused element left the page.
pub fn focus_is_lost() -> bool {
    document().active_element().is_none_or(|element| element.tag_name() == "BODY")
}

/// Gives focus to the heading if it lies nowhere once a closing dialog has left the page.
pub fn rescue_focus() {
    request_animation_frame(|| {
        if focus_is_lost()
            && let Some(heading) = find("h1")
        {
            focus_in_place(&heading);
        }
    });
}

pub fn focus_is_within(selector: &str) -> bool {
    document().active_element().and_then(|element| element.closest(selector).ok()?).is_some()
}

pub fn show_modal(dialog: &HtmlDialogElement) {
    // It fails for a dialog that is open already or that just left the page.
    let _ = dialog.show_modal();
}

/// Closes the open dialog, which gives focus back to where it came from.
pub fn close_dialog() {
    if let Some(dialog) =
        find("dialog[open]").and_then(|element| element.dyn_into::<HtmlDialogElement>().ok())
    {
        dialog.close();
    }
}

/// Closes the menu around `element`, which gives focus back to its button.
pub fn close_menu(element: &HtmlElement) {
    if let Some(menu) = element.closest("[popover]").ok().flatten().and_then(|menu| menu.dyn_into().ok()) {
        let menu: HtmlElement = menu;
        let _ = menu.hide_popover();
    }
}

/// Puts `text` on the clipboard. False when the browser refuses; then the text is selected.
pub async fn copy(text: &str, input: &HtmlInputElement) -> bool {
    let clipboard = window().navigator().clipboard();
    // Pages that came over plain http have no clipboard object, only the older command.
    if !clipboard.is_undefined() && JsFuture::from(clipboard.write_text(text)).await.is_ok() {
        return true;
    }
    focus(input);
    input.select();
    let document: HtmlDocument = document().unchecked_into();
    document.exec_command("copy").unwrap_or(false)
}

/// A random UUID (version 4). Made by hand because `randomUUID` is missing on plain http.
pub fn random_uuid() -> String {
    let mut bytes = [0_u8; 16];
    if let Ok(crypto) = window().crypto() {
        let _ = crypto.get_random_values_with_u8_array(&mut bytes);
    }
    bytes[6] = bytes[6] & 0x0f | 0x40;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let mut uuid = String::with_capacity(36);
    for (index, byte) in bytes.into_iter().enumerate() {
        if matches!(index, 4 | 6 | 8 | 10) {
            uuid.push('-');
        }
        for digit in [byte >> 4, byte & 0x0f] {
            uuid.push(char::from_digit(digit.into(), 16).unwrap_or('0'));
        }
    }
    uuid
}

/// The theme of this page: `light`, `dark`, or `system`.
pub fn theme() -> String {
    let set = document().document_element().and_then(|html| html.get_attribute("data-theme"));
    set.unwrap_or_else(|| "system".to_owned())
}

/// Shows the page in `theme` and has the server remember it, as a post to `/theme` would.
pub fn set_theme(theme: &str) {
    let document: HtmlDocument = document().unchecked_into();
    if let Some(html) = document.document_element() {
        let _ = match theme {
            "system" => html.remove_attribute("data-theme"),
            theme => html.set_attribute("data-theme", theme),
        };
    }
    let age = if theme == "system" { "0" } else { "31536000" };
    let _ = document.set_cookie(&["theme=", theme, "; path=/; samesite=lax; max-age=", age].concat());
}

/// Path and query of this page.
pub fn address() -> String {
    let location = window().location();
    [location.pathname().unwrap_or_default(), location.search().unwrap_or_default()].concat()
}

/// Path and query of a link that stays on this site.
pub fn local_address(href: &str) -> Option<String> {
    let origin = window().location().origin().ok()?;
    let url = Url::new_with_base(href, &window().location().href().ok()?).ok()?;
    (url.origin() == origin).then(|| [url.pathname(), url.search()].concat())
}

/// The value of one parameter of this page's query.
pub fn query_value(name: &str) -> Option<String> {
    UrlSearchParams::new_with_str(&window().location().search().ok()?).ok()?.get(name)
}

/// This page's address with another value of one parameter, none where it is empty, and without `dropped`.
pub fn with_query_value(name: &str, value: &str, dropped: &str) -> String {
    let location = window().location();
    let path = location.pathname().unwrap_or_default();
    let Ok(query) = UrlSearchParams::new_with_str(&location.search().unwrap_or_default()) else {
        return path;
    };
    query.delete(dropped);
    if value.is_empty() {
        query.delete(name);
    } else {
        query.set(name, value);
    }
    let query = String::from(query.to_string());
    if query.is_empty() { path } else { [&path, "?", &query].concat() }
}

const WORD: &str = "done";

/// Keeps a sentence for the page that follows in this tab.
pub fn keep_word(text: &str) {
    if let Ok(Some(storage)) = window().session_storage() {
        let _ = storage.set_item(WORD, text);
    }
}

/// Takes the sentence that the page before kept.
pub fn take_word() -> Option<String> {
    let storage = window().session_storage().ok()??;
    let text = storage.get_item(WORD).ok()??;
    let _ = storage.remove_item(WORD);
    Some(text)
}

/// The fields of the form that sends this event, by name. An absent one reads as empty.
pub fn fields(event: &Event) -> Option<impl Fn(&str) -> String> {
    let form: HtmlFormElement = event.target()?.dyn_into().ok()?;
    let fields = FormData::new_with_form(&form).ok()?;
    Some(move |name: &str| fields.get(name).as_string().unwrap_or_default())
}

pub fn value_of(selector: &str) -> Option<String> {
    Some(find(selector)?.dyn_into::<HtmlInputElement>().ok()?.value())
}

pub fn set_value(selector: &str, value: &str) {
    if let Some(input) = find(selector).and_then(|input| input.dyn_into::<HtmlInputElement>().ok()) {
        input.set_value(value);
    }
}
