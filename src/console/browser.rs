//! What pages ask of the browser itself: focus, dialogs, clipboard, cookies, random numbers.
//! Called from event handlers and effects only, so never on the server.

use leptos::prelude::{document, request_animation_frame, window};
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::{
    Element, Event, FocusOptions, FormData, HtmlDialogElement, HtmlDocument, HtmlElement, HtmlFormElement,
    HtmlInputElement, HtmlSelectElement, HtmlTextAreaElement, MouseEvent, NodeList, Url, UrlSearchParams,
    js_sys,
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

/// Puts `text` on the clipboard. False when the browser refuses; then `shown`, which shows it, is selected.
pub async fn copy(text: &str, shown: &HtmlElement) -> bool {
    let clipboard = window().navigator().clipboard();
    // Pages that came over plain http have no clipboard object, only the older command.
    if !clipboard.is_undefined() && JsFuture::from(clipboard.write_text(text)).await.is_ok() {
        return true;
    }
    match shown.dyn_ref::<HtmlTextAreaElement>() {
        Some(field) => {
            focus(field);
            field.select();
        }
        None => {
            if let Ok(Some(selection)) = window().get_selection() {
                let _ = selection.select_all_children(shown);
            }
        }
    }
    let document: HtmlDocument = document().unchecked_into();
    document.exec_command("copy").unwrap_or(false)
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

/// The path of this page.
pub fn path() -> String {
    window().location().pathname().unwrap_or_default()
}

/// Path and query of this page.
pub fn address() -> String {
    [path(), window().location().search().unwrap_or_default()].concat()
}

/// Leaves for another page.
pub fn go(address: &str) {
    // It fails only for what is no address.
    let _ = window().location().assign(address);
}

/// Whether somebody may be looking at the page.
pub fn is_visible() -> bool {
    !document().hidden()
}

/// Whether a click is one that follows a link here: not for a new tab or window, and not taken by another handler.
pub fn is_plain_click(event: &MouseEvent) -> bool {
    let modified = event.ctrl_key() || event.meta_key() || event.shift_key() || event.alt_key();
    !modified && !event.default_prevented() && event.button() == 0
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

/// What the fields of the first form that matches were given, by name, in their order.
pub fn form_values(selector: &str) -> Vec<(String, String)> {
    let Some(form) = find(selector).and_then(|form| form.dyn_into::<HtmlFormElement>().ok()) else {
        return Vec::new();
    };
    let fields = form.elements();
    let value = |index| {
        let field: Element = fields.item(index)?;
        let name = field.get_attribute("name")?;
        let value = match field.dyn_ref::<HtmlInputElement>() {
            Some(input) => input.value(),
            None => field.dyn_ref::<HtmlSelectElement>()?.value(),
        };
        Some((name, value))
    };
    (0..fields.length()).filter_map(value).collect()
}

/// This page's path with these parameters.
pub fn address_with(parameters: &[(String, String)]) -> String {
    let path = path();
    let Ok(query) = UrlSearchParams::new() else { return path };
    for (name, value) in parameters {
        query.append(name, value);
    }
    let query = String::from(query.to_string());
    if query.is_empty() { path } else { [&path, "?", &query].concat() }
}

/// What the page before kept for this one, in this tab. Taken once.
pub fn take_kept(name: &str) -> Option<String> {
    let storage = window().session_storage().ok()??;
    let text = storage.get_item(name).ok()??;
    let _ = storage.remove_item(name);
    Some(text)
}

/// Keeps a text for the page that follows in this tab.
pub fn keep(name: &str, text: &str) {
    if let Ok(Some(storage)) = window().session_storage() {
        let _ = storage.set_item(name, text);
    }
}

/// The fields of the form that sends this event: what each name was given. Absent ones have none.
pub fn fields(event: &Event) -> Option<impl Fn(&str) -> Vec<String>> {
    let form: HtmlFormElement = event.target()?.dyn_into().ok()?;
    let fields = FormData::new_with_form(&form).ok()?;
    Some(move |name: &str| fields.get_all(name).iter().filter_map(|value| value.as_string()).collect())
}

/// Whether single letters are shortcuts, as the switch in the member's menu says.
pub fn shortcuts_are_on() -> bool {
    find("[role=switch][aria-checked=true]").is_some()
}

/// Percent-encoded, for a value in a URL.
pub fn encode(text: &str) -> String {
    js_sys::encode_uri_component(text).into()
}

/// Sets what an input or a select says.
pub fn set_value(field: &HtmlElement, value: &str) {
    if let Some(input) = field.dyn_ref::<HtmlInputElement>() {
        input.set_value(value);
    } else if let Some(select) = field.dyn_ref::<HtmlSelectElement>() {
        select.set_value(value);
    }
}
