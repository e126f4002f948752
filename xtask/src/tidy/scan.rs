//! Reads the paths out of a source text, by its tokens: so comments and strings are left out, and what stands in
//! `view!` and other macros counts like the rest.

use proc_macro2::{Delimiter, Group, LexError, Spacing, TokenStream, TokenTree};

/// How `main.rs` calls the library.
const CRATE: &str = "augno_api_keys";

/// A path or a single name that the text mentions.
#[derive(Debug)]
pub(super) struct Mention {
    /// Begins with `crate` when it is the crate's, however it was written. `*` for all that a module has.
    pub(super) segments: Vec<String>,
    pub(super) line: usize,
    /// Whether only tests have it.
    pub(super) in_test: bool,
}

/// What a text holds.
#[derive(Debug, Default)]
pub(super) struct Scan {
    pub(super) mentions: Vec<Mention>,
    /// Modules that lie in files of their own and that only tests have.
    pub(super) test_modules: Vec<Vec<String>>,
}

/// Reads the text of the file that is `module`, such as `["console", "keys"]`. Err with the line that is not Rust.
pub(super) fn scan(text: &str, module: &[String]) -> Result<Scan, usize> {
    let tokens: TokenStream = text.parse().map_err(|error: LexError| error.span().start().line)?;
    let mut scanner = Scanner { module: module.to_vec(), in_test: false, found: Scan::default() };
    scanner.walk(tokens);
    Ok(scanner.found)
}

struct Scanner {
    module: Vec<String>,
    in_test: bool,
    found: Scan,
}

impl Scanner {
    fn walk(&mut self, tokens: TokenStream) {
        use TokenTree::{Group, Ident, Punct};
        let outside = self.in_test;
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let mut rest = tokens.as_slice();
        while let [first, after @ ..] = rest {
            rest = match rest {
                [Punct(hash), Group(attribute), after @ ..]
                    if hash.as_char() == '#' && attribute.delimiter() == Delimiter::Bracket =>
                {
                    self.in_test |= is_for_tests(attribute);
                    self.walk(attribute.stream());
                    after
                }
                [Ident(keyword), Ident(name), end, after @ ..] if keyword == "mod" => {
                    self.module.push(name.to_string());
                    match end {
                        Group(body) => self.walk(body.stream()),
                        _ if self.in_test => self.found.test_modules.push(self.module.clone()),
                        _ => {}
                    }
                    self.module.pop();
                    self.in_test = outside;
                    after
                }
                [Ident(keyword), Group(scope), after @ ..] if keyword == "pub" && is_visibility(scope) => {
                    after
                }
                [Ident(_), ..] => self.path(rest, &[]),
                [Group(group), after @ ..] => {
                    self.walk(group.stream());
                    if group.delimiter() == Delimiter::Brace {
                        self.in_test = outside;
                    }
                    after
                }
                _ => {
                    if is(first, ';') {
                        self.in_test = outside;
                    }
                    after
                }
            };
        }
        self.in_test = outside;
    }

    /// Notes the path that begins here, or the several that a `use` holds in braces. What follows.
    fn path<'a>(&mut self, mut rest: &'a [TokenTree], prefix: &[String]) -> &'a [TokenTree] {
        let mut segments = prefix.to_vec();
        loop {
            let line = match rest {
                [TokenTree::Group(branches), after @ ..] if branches.delimiter() == Delimiter::Brace => {
                    let branches: Vec<TokenTree> = branches.stream().into_iter().collect();
                    for branch in branches.split(|token| is(token, ',')) {
                        self.path(branch, &segments);
                    }
                    return after;
                }
                [segment, after @ ..] if is_segment(segment) => {
                    let name = segment.to_string();
                    // In braces it stands for the path before them.
                    if name != "self" || segments.is_empty() {
                        segments.push(name);
                    }
                    rest = after;
                    segment.span().start().line
                }
                _ => return rest,
            };
            match rest {
                [TokenTree::Punct(colon), second, after @ ..]
                    if colon.as_char() == ':' && colon.spacing() == Spacing::Joint && is(second, ':') =>
                {
                    let goes_on = after.first().is_some_and(|next| is_segment(next) || is_braces(next));
                    if goes_on {
                        rest = after;
                        continue;
                    }
                }
                _ => {}
            }
            let segments = self.resolve(&segments);
            self.found.mentions.push(Mention { segments, line, in_test: self.in_test });
            return rest;
        }
    }

    /// The path from the crate's root, when it is one of the crate's.
    fn resolve(&self, segments: &[String]) -> Vec<String> {
        let mut module = self.module.clone();
        let mut rest = segments;
        match segments {
            [root, after @ ..] if root == "crate" || (root == CRATE && !after.is_empty()) => {
                module.clear();
                rest = after;
            }
            [here, after @ ..] if here == "self" && !after.is_empty() => rest = after,
            [up, ..] if up == "super" => {}
            _ => return segments.to_vec(),
        }
        while let [up, after @ ..] = rest
            && up == "super"
        {
            module.pop();
            rest = after;
        }
        let root = std::iter::once("crate".to_owned());
        root.chain(module).chain(rest.iter().cloned()).collect()
    }
}

fn is(token: &TokenTree, punctuation: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == punctuation)
}

fn is_segment(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Ident(_)) || is(token, '*')
}

fn is_braces(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace)
}

/// Whether the attribute is `cfg(test)`, or asks for that and more.
fn is_for_tests(attribute: &Group) -> bool {
    let names = names(attribute.stream());
    let has = |name: &str| names.iter().any(|it| it == name);
    names.first().is_some_and(|it| it == "cfg") && has("test") && !has("not") && !has("any")
}

fn names(tokens: TokenStream) -> Vec<String> {
    let mut found = Vec::new();
    for token in tokens {
        match token {
            TokenTree::Ident(name) => found.push(name.to_string()),
            TokenTree::Group(group) => found.extend(names(group.stream())),
            _ => {}
        }
    }
    found
}

/// Whether it is what follows `pub` in `pub(crate)` or `pub(in crate::console)`, and not the first field of a tuple.
fn is_visibility(scope: &Group) -> bool {
    let names = names(scope.stream());
    match names.as_slice() {
        [only] => matches!(only.as_str(), "crate" | "super" | "self"),
        [first, ..] => first == "in",
        [] => false,
    }
}
