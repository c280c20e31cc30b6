//! The plans of selections, which the npm package makes by the same rules. Both read one list of them.

use std::sync::Arc;

use keyloft::prelude::*;
use keyloft_memory::MemoryBackend;

use crate::every_target;

/// The list of the npm package's tests, which says what a line is.
const PLANS: &str = include_str!("../../../../bindings/wasm/tests/suite/plans.js");

const SLUG: UniqueIndex<(), String> = UniqueIndex::new("slug", |()| None);
const CITY: Index<(), String> = Index::new("city", |()| None);
const N: Index<(), i64> = Index::new("n", |()| None);

#[every_target]
fn selections_have_the_plans_of_the_npm_package() {
    let schema = Schema::<u32, ()>::new("rows").index(SLUG).index(CITY).index(N);
    let table = Table::with_schema(Arc::new(MemoryBackend::new()), schema);
    let mut lines = 0;
    for line in PLANS.lines().filter_map(|line| line.strip_prefix("  \"")?.strip_suffix("\",")) {
        lines += 1;
        let mut parts = line.split('|').map(str::trim);
        let mut select = table.select();
        for condition in parts.next().unwrap().split_whitespace() {
            select = match condition {
                "key=one" => select.keys(Query::exactly(&3)),
                "key=range" => select.keys(4..),
                "key=all" => select.keys(..),
                "slug=one" => select.by(&SLUG, Query::exactly("c")),
                "slug=range" => select.by(&SLUG, "b".to_owned().."e".to_owned()),
                "slug=all" => select.by(&SLUG, ..),
                "slug=missing" => select.missing(&SLUG),
                "city=one" => select.by(&CITY, Query::exactly("Bonn")),
                "city=range" => select.by(&CITY, Prefix::of("B")),
                "city=all" => select.by(&CITY, ..),
                "city=missing" => select.missing(&CITY),
                "n=one" => select.by(&N, Query::exactly(&2)),
                "n=range" => select.by(&N, ..=3),
                "filter" => select.filter(|()| true),
                other => panic!("`{other}` is no condition"),
            };
        }
        select = match parts.next().unwrap() {
            "-" => select,
            "city" => select.order_by(&CITY),
            "n" => select.order_by(&N),
            "function" => select.order_with(|()| 0_u8),
            other => panic!("`{other}` is no order"),
        };
        assert_eq!(select.explain().unwrap().to_string(), parts.next().unwrap(), "{line}");
    }
    assert!(lines > 100, "{lines} plans");
}
