use super::tables::{BANS, TABLES, Table};
use super::{Source, beside_their_folder, check_by};

/// `src` has an order, and `top/` one of its own.
const SMALL: &[Table] = &[
    Table { folder: "", order: &["top", "middle", "low"], apart: &[] },
    Table { folder: "top", order: &["one", "two", "kit", "base"], apart: &["one", "two"] },
];

fn sources(files: &[(&str, &str)]) -> Vec<Source> {
    files.iter().map(|(path, text)| Source { path: path.to_string(), text: text.to_string() }).collect()
}

/// The findings in files, each up to the colon that what to do stands behind.
fn directions(files: &[(&str, &str)]) -> Vec<String> {
    let shown = check_by(SMALL, &[], &sources(files)).into_iter().map(|finding| finding.to_string());
    shown.map(|line| line.rsplit_once(": ").unwrap_or_default().0.to_owned()).collect()
}

/// Lines of a file that hold a name they may not.
fn banned(path: &str, text: &str) -> Vec<usize> {
    check_by(&[], BANS, &sources(&[(path, text)])).into_iter().map(|finding| finding.line).collect()
}

#[test]
fn a_layer_imports_from_below_only() {
    let text = "use crate::middle::A;\nuse crate::low::b;";
    assert_eq!(directions(&[("src/low.rs", text)]), ["src/low.rs:1: low imports from middle above it"]);
    assert!(directions(&[("src/middle/mod.rs", text)]).is_empty());
}

#[test]
fn a_finding_says_where_and_what_to_do() {
    let findings = check_by(SMALL, &[], &sources(&[("src/low/a.rs", "use crate::top;")]));
    let shown: Vec<String> = findings.iter().map(ToString::to_string).collect();
    assert_eq!(
        shown,
        ["src/low/a.rs:1: low imports from top above it: move what it needs below, or pass it in"]
    );
}

#[test]
fn every_way_to_write_a_path_counts() {
    let found = |path: &str, text: &str| !directions(&[(path, text)]).is_empty();
    assert!(found("src/low/a.rs", "fn a() { crate::top::b::<u8>() }"));
    assert!(found("src/low/a.rs", "use crate::{low::b, top::{self, c}};"));
    assert!(found("src/low/a.rs", "use crate::top::*;"));
    assert!(found("src/low/a.rs", "use crate::top as other;"));
    assert!(found("src/low/a.rs", "use super::super::top;"));
    assert!(found("src/low/mod.rs", "use super::top;"));
    assert!(found("src/low.rs", "use super::{top};"));
    assert!(found("src/low.rs", "mod inner { use super::super::top; }"));
    assert!(found("src/low.rs", "use self::super::top;"));
    assert!(found("src/low.rs", "use augno_api_keys::top;"));
    assert!(found("src/low.rs", "struct A(pub (crate::top::B, u8));"));
    assert!(found("src/low.rs", "fn a() { view! { <p>{crate::top::b()}</p> } }"));
    assert!(found("src/low.rs", "#[derive(crate::top::B)] struct A;"));
    assert!(found("src/low.rs", "#[cfg(test)] mod tests { use crate::top; }"));
    assert!(!found("src/low/top.rs", "use super::top; use super::super::low;"));
    assert!(!found("src/low.rs", "mod inner { use super::top; }"));
}

#[test]
fn what_only_reads_like_a_path_does_not_count() {
    let text = r##"
        //! See [`crate::top`].
        // crate::top
        /* crate::top */
        /// crate::top
        pub(crate) fn top() -> &'static str { "crate::top" }
        pub(super) const A: &str = r#"crate::top"#;
        pub(in crate::top) struct B { pub(crate) top: other::top::C }
    "##;
    assert!(directions(&[("src/low.rs", text)]).is_empty());
}

#[test]
fn a_layer_without_a_place_is_told_of_once() {
    let files = [
        ("src/low.rs", "use crate::new::A;"),
        ("src/new/a.rs", "use crate::top::B;"),
        ("src/new/mod.rs", "use crate::low::B;"),
    ];
    assert_eq!(directions(&files), ["src/new/a.rs:1: `new` has no place in the order of src"]);
}

#[test]
fn the_roots_import_from_everything_and_nothing_imports_from_them() {
    let text = "use crate::top::A; use augno_api_keys::low;";
    assert!(directions(&[("src/main.rs", text), ("src/lib.rs", text)]).is_empty());
    assert_eq!(
        directions(&[("src/top/mod.rs", "use crate::Thing;")]),
        ["src/top/mod.rs:1: top imports from lib.rs of src, which stands above it"]
    );
}

#[test]
fn the_parts_of_a_folder_have_an_order_too() {
    assert_eq!(
        directions(&[("src/top/base.rs", "use super::kit::A;\nuse crate::top::kit::B;")]),
        [
            "src/top/base.rs:1: base imports from kit above it",
            "src/top/base.rs:2: base imports from kit above it"
        ]
    );
    // The same by way of a folder with mod.rs, and of one with its file beside it.
    let text = "use super::super::two::A; use super::part::B; use crate::top::kit;";
    assert!(directions(&[("src/top/one/mod.rs", "use super::kit::A; use super::base;")]).is_empty());
    assert_eq!(directions(&[("src/top/kit/mod.rs", "use super::two::A;")]).len(), 1);
    assert_eq!(directions(&[("src/top/kit.rs", "use super::two::A;")]).len(), 1);
    assert_eq!(directions(&[("src/top/kit/part.rs", text)]).len(), 1);
    // Who stands outside is not in the order.
    assert!(directions(&[("src/main.rs", "use crate::top::one::A;")]).is_empty());
    assert_eq!(
        directions(&[("src/top/new.rs", "use super::one;"), ("src/top/kit.rs", "use super::new;")]),
        ["src/top/new.rs:1: `new` has no place in the order of src/top"]
    );
}

#[test]
fn tabs_never_import_each_other() {
    let beside = |from: &str, to: &str| format!("src/top/{from}.rs:1: {from} imports from {to} beside it");
    assert_eq!(directions(&[("src/top/one.rs", "use super::two;")]), [beside("one", "two")]);
    assert_eq!(directions(&[("src/top/two.rs", "use super::one;")]), [beside("two", "one")]);
    assert!(directions(&[("src/top/one/a.rs", "use crate::top::one::b;")]).is_empty());
}

#[test]
fn no_part_reaches_another_through_the_folders_own_file() {
    for text in ["use super::Thing;", "use crate::top;", "use super::*;", "use crate::{top::{self}};"] {
        assert_eq!(
            directions(&[("src/top/one.rs", text)]),
            ["src/top/one.rs:1: one imports from mod.rs of src/top, which stands above it"],
            "{text}"
        );
    }
    assert!(directions(&[("src/top/mod.rs", "pub use one::A; use crate::top::base;")]).is_empty());
    assert!(directions(&[("src/top/one.rs", "mod tests { use super::*; }")]).is_empty());
}

#[test]
fn sql_stands_in_store_only() {
    let text = "use sqlx::{PgPool, query_as};\n\
                fn a() { sqlx::query!(\"select 1\"); }\n\
                fn b() { sqlx::query_scalar::<_, i64>(\"select 1\"); }\n\
                use sqlx::*;\n\
                #[cfg(test)] mod tests { fn c() { sqlx::QueryBuilder::new(); } }";
    assert_eq!(banned("src/api/keys/list.rs", text), [1, 2, 3, 4, 5]);
    assert!(banned("src/store/keys/list.rs", text).is_empty());
    assert!(
        banned("src/api/query.rs", "use sqlx::PgPool; // sqlx::query!\nfn query() { query(); }").is_empty()
    );
}

#[test]
fn domain_knows_no_clock_chance_or_io() {
    let text = "fn a() { OffsetDateTime::now_utc(); }\n\
                use std::time::{Duration, Instant};\n\
                use std::{fs, collections::BTreeMap};\n\
                use std::net::{IpAddr, TcpStream};\n\
                use tokio::sync::Mutex;\n\
                #[derive(sqlx::Type)] struct B;\n\
                fn c() { rand::rng(); }\n\
                fn d() { uuid::Uuid::now_v7(); }\n\
                fn e(axum: axum::Router) {}";
    assert_eq!(banned("src/domain/key.rs", text), [1, 2, 3, 4, 5, 6, 7, 8, 9]);
    assert!(banned("src/verify/lease.rs", text).is_empty());
    let pure =
        "use std::net::IpAddr; use std::time::Duration; use rand::{Rng, rngs::StdRng}; use uuid::Uuid;";
    assert!(banned("src/domain/key.rs", pure).is_empty());
}

#[test]
fn tests_of_domain_may_know_the_time() {
    let now = "fn a() { OffsetDateTime::now_utc(); }";
    let inside = format!("#[cfg(test)]\n#[expect(dead_code)]\nmod tests {{ {now} }}\n{now}");
    assert_eq!(banned("src/domain/key.rs", &inside), [4]);
    let only_server = format!("#[cfg(not(test))]\n{now}\n#[cfg(any(test, feature = \"ssr\"))]\n{now}");
    assert_eq!(banned("src/domain/key.rs", &only_server), [2, 4]);
    let own_file =
        [("src/domain/key.rs", "#[cfg(test)]\nmod tests;\nmod parts;"), ("src/domain/key/tests.rs", now)];
    assert!(check_by(&[], BANS, &sources(&own_file)).is_empty());
}

#[test]
fn a_plain_secret_stays_in_its_type() {
    let text = "fn a(secret: Secret) { secret.expose(); }\nfn b() { texts.map(Secret::expose) }\nuse c::expose_secret;";
    assert_eq!(banned("src/console/keys/list.rs", text), [1, 2, 3]);
    assert!(banned("src/domain/secret.rs", text).is_empty());
    assert!(banned("src/sign_in/passwords.rs", text).is_empty());
    assert!(banned("src/console/keys/list.rs", &format!("#[cfg(test)] mod tests {{ {text} }}")).is_empty());
    assert!(banned("src/console/keys/list.rs", "fn exposed() { exposed(); }").is_empty());
}

#[test]
fn what_is_not_rust_is_told() {
    let findings = check_by(&[], &[], &sources(&[("src/low.rs", "fn a() {\n\n")]));
    assert_eq!(findings.len(), 1);
}

#[test]
fn modules_beside_their_folder_are_counted() {
    let files =
        [("src/a.rs", ""), ("src/a/b.rs", ""), ("src/c/mod.rs", ""), ("src/c/d.rs", ""), ("src/ab/e.rs", "")];
    assert_eq!(beside_their_folder(&sources(&files)), 1);
}

#[test]
fn the_tables_name_each_module_once_and_no_strangers() {
    for table in TABLES {
        let mut names = table.order.to_vec();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), table.order.len(), "{}", table.folder);
        assert!(table.apart.iter().all(|name| table.order.contains(name)), "{}", table.folder);
    }
}
