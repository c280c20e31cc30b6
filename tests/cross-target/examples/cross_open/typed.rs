//! Typed tables, which JavaScript opens by the shapes in the catalog.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::Arc;

use keyloft::key::TotalF64;
use keyloft::prelude::*;
use keyloft::shape::Shape;
use serde::{Deserialize, Serialize};

/// The key of an issue: the newest ones of a project come first.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, StorageKey)]
pub(crate) struct IssueKey {
    pub project: String,
    pub number: Reverse<u32>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, StorageKey, Serialize, Deserialize, Shape)]
#[repr(u8)]
pub(crate) enum State {
    Draft = 0,
    Open = 1,
    Moved { to: u64 } = 7,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Shape)]
pub(crate) struct Line {
    pub text: String,
    pub count: u16,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Entity)]
#[table(name = "issues", key = IssueKey, index(name = "owner", on = (owner, created)))]
pub(crate) struct Issue {
    #[unique]
    pub slug: String,
    #[index]
    pub state: Option<State>,
    #[index(each)]
    pub tags: Vec<String>,
    pub lines: Vec<Line>,
    pub created: i64,
    pub size: (i16, u64),
    pub weight: f32,
    #[index]
    pub share: TotalF64,
    pub sign: i8,
    pub grade: char,
    pub picture: Vec<u8>,
    pub hash: [u8; 4],
    #[allow(clippy::option_option)] // JavaScript must tell all three apart
    pub seen: Option<Option<bool>>,
    pub wide: i128,
    pub counts: BTreeMap<String, u32>,
    pub names: BTreeMap<u16, String>,
    pub parent: Option<Box<Issue>>,
    pub owner: UserRowId,
}

/// An entity that contains its key and expires.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Entity)]
#[table(name = "sessions")]
pub(crate) struct Session {
    #[key]
    pub user: String,
    #[key]
    pub device: u16,
    #[expires]
    pub until: Option<i64>,
}

const LENGTH: Index<String, u32> = Index::new("length", |text| u32::try_from(text.len()).ok());

pub(crate) struct Typed {
    issues: Table<IssueKey, Issue>,
    /// It has an index by a function.
    texts: Table<u32, String>,
    /// The shape of its entities is not known.
    projects: Table<String, Line>,
    /// Its rows are of an older version.
    raised: Table<u32, u64>,
    sessions: Table<(String, u16), Session>,
    backend: Arc<dyn StorageBackend>,
}

impl Typed {
    pub(crate) fn of(backend: Arc<dyn StorageBackend>) -> Self {
        let texts = Schema::new("texts").shape(Shape::of::<String>()).index(LENGTH);
        let raised = Schema::new("raised").shape(Shape::of::<u64>());
        let raised =
            raised.version(2, |_, payload| keyloft::value::decode_payload::<u32>(payload).map(u64::from));
        Self {
            issues: Issue::table(backend.clone()),
            texts: Table::with_schema(backend.clone(), texts),
            projects: Table::new(backend.clone(), "projects"),
            raised: Table::with_schema(backend.clone(), raised),
            sessions: Session::table(backend.clone(), Arc::new(|| 0)),
            backend,
        }
    }

    pub(crate) fn write(&self) {
        for number in 1..=20 {
            self.issues.put(&key(number), &issue(number)).unwrap();
        }
        self.texts.put(&1, &"milk".to_owned()).unwrap();
        self.projects.put(&"a".to_owned(), &Line { text: "a".to_owned(), count: 1 }).unwrap();
        Table::<u32, u32>::new(self.backend.clone(), "raised").put(&1, &7).unwrap();
        self.raised.migrate().unwrap();
        for (device, until) in [(1, None), (2, Some(1)), (3, Some(i64::MAX))] {
            self.sessions.save(&Session { user: "ada".to_owned(), device, until }).unwrap();
        }
    }

    /// Checks the tables that JavaScript wrote.
    pub(crate) fn check(&self) {
        assert_eq!(self.issues.verify().unwrap(), []);
        assert_eq!(self.texts.verify().unwrap(), []);
        assert_eq!(self.projects.count().unwrap(), 1);
        assert_eq!(self.raised.get(&1).unwrap(), Some(7));

        assert_eq!(self.sessions.verify().unwrap(), []);
        let devices: Vec<u16> =
            self.sessions.scan_all().unwrap().iter().map(|(_, session)| session.device).collect();
        assert_eq!(devices, [1, 2, 3, 4]);

        assert_eq!(self.issues.get(&key(3)).unwrap(), None);
        let changed = Issue { state: Some(State::Moved { to: u64::MAX }), tags: vec![], ..issue(4) };
        assert_eq!(self.issues.get(&key(4)).unwrap(), Some(changed));
        let moved = self.issues.find_all(&Issue::STATE, &State::Moved { to: u64::MAX }).unwrap();
        assert_eq!(moved.len(), 1);
        let written = Issue {
            slug: "written".to_owned(),
            state: None,
            share: TotalF64(-0.0),
            wide: i128::MIN,
            parent: Some(Box::new(issue(5))),
            owner: UserRowId::new("x%:".into(), vec![0, 255]),
            ..issue(6)
        };
        assert_eq!(self.issues.find(&Issue::SLUG, "written").unwrap(), Some((key(u32::MAX), written)));
        assert_eq!(self.issues.find_all(&Issue::TAGS, "all").unwrap().len(), 19);
    }
}

fn key(number: u32) -> IssueKey {
    IssueKey { project: "p\0q".to_owned(), number: Reverse(number) }
}

fn issue(number: u32) -> Issue {
    let state = match number % 3 {
        0 => None,
        1 => Some(State::Open),
        _ => Some(State::Moved { to: u64::from(number) << 40 }),
    };
    Issue {
        slug: format!("issue-{number}"),
        state,
        tags: vec!["all".to_owned(), format!("tag {}", number % 4), "all".to_owned()],
        lines: vec![Line { text: "ß".to_owned(), count: u16::MAX }],
        created: -i64::from(number),
        size: (i16::MIN, u64::MAX),
        weight: 0.25,
        share: TotalF64(f64::from(number) - 10.5),
        sign: -128,
        grade: 'é',
        picture: vec![0, 1, 255],
        hash: [1, 2, 3, 255],
        seen: match number % 3 {
            0 => None,
            1 => Some(None),
            _ => Some(Some(true)),
        },
        wide: i128::MAX,
        counts: BTreeMap::from([("a".to_owned(), 1), ("__proto__".to_owned(), u32::MAX)]),
        names: BTreeMap::from([(7, "seven".to_owned())]),
        parent: None,
        owner: UserRowId::from_strings("ada:1", "x"),
    }
}
