//! Tables, whose rows the style sheet lays out as cards on narrow screens. Many rows are sent for each page, so a row is
//! plain data: no signal, no handler, few nodes.

use leptos::prelude::*;

/// A table. The explicit roles keep it one where rows are cards.
///
/// `class` says how it looks: `fixed cards` for columns of fixed width and rows that become cards. Each column has its
/// name, empty for the one with buttons, and the class of its width, empty for what is left. In a cell stands one element.
pub fn table<R: IntoView + 'static>(
    label: &'static str,
    class: &'static str,
    columns: &[(&'static str, &'static str)],
    rows: Vec<R>,
) -> impl IntoView + use<R> {
    let widths: Vec<_> = columns.iter().map(|(_, class)| view! { <col class=*class/> }).collect();
    let name = |(name, _): &(&'static str, &'static str)| {
        let name = if name.is_empty() {
            leptos::either::Either::Left(view! { <span class="unseen">"Actions"</span> })
        } else {
            leptos::either::Either::Right(*name)
        };
        view! { <th role="columnheader" scope="col">{name}</th> }
    };
    let names: Vec<_> = columns.iter().map(name).collect();
    view! {
        <table class=["table ", class].concat() role="table" aria-label=label>
            <colgroup>{widths}</colgroup>
            <thead role="rowgroup">
                <tr role="row">{names}</tr>
            </thead>
            <tbody role="rowgroup">{rows}</tbody>
        </table>
    }
}

/// A text that takes two lines at most, with the whole of it behind.
pub fn clamped(text: &str) -> impl IntoView + use<> {
    view! { <span class="clamp" title=text.to_owned()><bdi>{text.to_owned()}</bdi></span> }
}
