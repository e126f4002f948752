//! Pages as people and browsers read them, as far as the tests need it.

/// The piece of a page between two others.
pub fn between<'a>(page: &'a str, before: &str, after: &str) -> Option<&'a str> {
    let rest = page.split_once(before)?.1;
    Some(rest.split_once(after)?.0)
}

/// What a person reads: no tags, no entities.
pub fn text(html: &str) -> String {
    let mut read = String::new();
    for piece in html.split('<') {
        // Before the first tag there is none to skip.
        let after = if read.is_empty() && html.starts_with(piece) {
            Some(piece)
        } else {
            piece.split_once('>').map(|(_, text)| text)
        };
        read += after.unwrap_or_default();
    }
    unescape(&read).trim().to_owned()
}

/// The values of an attribute, wherever it stands.
pub fn attributes(page: &str, name: &str) -> Vec<String> {
    let start = format!(" {name}=\"");
    page.split(&start).skip(1).filter_map(|rest| Some(unescape(rest.split_once('"')?.0))).collect()
}

/// What stands for these entities.
pub fn unescape(html: &str) -> String {
    let entities =
        [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#x27;", "'"), ("&#39;", "'"), ("&amp;", "&")];
    entities.iter().fold(html.to_owned(), |text, (entity, character)| text.replace(entity, character))
}
