//! A table that its entity describes, and the next release of the program, which moves it.

use std::sync::Arc;

use keyloft::catalog::Migration;
use keyloft::prelude::*;
use serde::{Deserialize, Serialize};

use crate::report::{Report, step};
use crate::scenario::{NOW, expected};

/// A visit to a city, in the first release.
#[derive(Serialize, Deserialize, Entity)]
#[table(name = "visits")]
struct VisitV1 {
    #[key]
    user: UserId,
    #[key]
    at: i64,
    city: String,
    #[index(each)]
    tags: Vec<String>,
}

/// The second release: visits have stars, and are found by their city.
#[derive(Serialize, Deserialize, Entity)]
#[table(name = "visits", version = 2, upgrades = VisitV1)]
struct Visit {
    #[key]
    user: UserId,
    #[key]
    at: i64,
    #[index]
    city: String,
    #[index(each)]
    tags: Vec<String>,
    stars: Option<u8>,
}

impl From<VisitV1> for Visit {
    fn from(VisitV1 { user, at, city, tags }: VisitV1) -> Self {
        Self { user, at, city, tags, stars: None }
    }
}

/// Runs the steps of both releases.
pub(crate) fn run(backend: &Arc<dyn StorageBackend>, report: &dyn Report) -> Result<()> {
    let first = VisitV1::table(backend.clone());
    step(report, "a table that its entity describes", || {
        let visits = [
            ("u-1001", "IS-03413829", "north sea"),
            ("u-1001", "FR-02988507", "art"),
            ("u-1002", "IS-03413829", "sea"),
        ];
        let visits = (NOW..).zip(visits).map(|(at, (user, city, tags))| {
            let tags = tags.split(' ').map(str::to_owned).collect();
            VisitV1 { user: user.into(), at, city: city.to_owned(), tags }
        });
        first.save_many(&visits.collect::<Vec<_>>())?;
        let of_alice = first.count_in(Prefix::of("u-1001"))?;
        Ok((
            (),
            format!(
                "{of_alice} of Alice, {} at a sea",
                first.count_by(&VisitV1::TAGS, Query::exactly("sea"))?
            ),
        ))
    })?;

    let second = Visit::table(backend.clone());
    step(report, "the next release, before it migrates", || {
        let refused = second.count().err().ok_or_else(|| expected("a refusal"))?;
        Ok(((), refused.to_string()))
    })?;
    step(report, "its migration", || {
        let migration = Migration::new(backend.clone()).table(&Visit::schema());
        let plan = migration.plan()?.to_string().trim_end().replace("visits: ", "").replace('\n', ", ");
        migration.run()?;
        let visits = second.scan_by(&Visit::CITY, Query::exactly("IS-03413829"))?;
        Ok(((), format!("{plan}; {} visits of Reykjavík", visits.len())))
    })?;
    step(report, "the first release after it", || {
        let refused = first.delete(&("u-1002".into(), NOW)).err().ok_or_else(|| expected("a refusal"))?;
        Ok(((), refused.code().to_owned()))
    })
}
