//! Every form of a stored name, with its bytes.

use alloc::format;

use super::{Partition, Scope};

#[test]
fn given_names_are_escaped_if_they_begin_like_reserved_ones() {
    let names =
        [("", ""), ("jobs", "jobs"), ("a#@%", "a#@%"), ("#a", "%#a"), ("@a/b", "%@a/b"), ("%a", "%%a")];
    for (given, stored) in names {
        let partition = Partition::from(given);
        assert_eq!((partition.as_str(), partition.name()), (stored, given));
        assert!(!partition.is_index());
        assert_eq!(Partition::from_stored(stored), partition);
    }
}

#[test]
fn the_partition_of_an_index_names_its_index_and_its_table() {
    let jobs = Partition::from("jobs");
    for (index, stored) in
        [("state", "#state:jobs"), ("%:@/", "#%25%3A%40/:jobs"), ("", "#:jobs"), ("é", "#é:jobs")]
    {
        let partition = jobs.of_index(index);
        assert_eq!(partition.as_str(), stored);
        assert!(partition.is_index() && partition.is_index_of(&jobs));
        assert!(!partition.is_index_of(&Partition::from("job")));
    }
    assert!(!jobs.is_index_of(&jobs));
}

#[test]
fn a_scope_is_the_prefix_of_a_name_and_an_index_stays_an_index() {
    for (scope, prefix) in [("acme", "@acme/"), ("%/:", "@%25%2F%3A/"), ("", "@/"), ("@", "@@/")] {
        let scope = Scope::new(scope);
        for (local, index, name) in
            [("jobs", "", "jobs"), ("#state:jobs", "#", "state:jobs"), ("@a/b", "", "@a/b")]
        {
            let local = Partition::from_stored(local);
            let full = scope.full(&local);
            assert_eq!(full.as_str(), format!("{index}{prefix}{name}"));
            assert_eq!(full.is_index(), local.is_index());
            assert_eq!(scope.local(&full), Some(local));
        }
    }
}

#[test]
fn a_scope_has_no_local_name_for_a_partition_outside() {
    let acme = Scope::new("acme");
    for outside in
        ["jobs", "#state:jobs", "@acme", "@acmes/jobs", "@a/@acme/jobs", "%@acme/jobs", "#state:@acme/jobs"]
    {
        assert_eq!(acme.local(&Partition::from_stored(outside)), None, "{outside}");
    }
}

#[test]
fn an_index_in_a_scope_belongs_to_no_table_outside() {
    let (jobs, acme) = (Partition::from("jobs"), Scope::new("acme"));
    let in_scope = acme.full(&jobs.of_index("state"));
    assert_eq!(in_scope.as_str(), "#@acme/state:jobs");
    assert!(!in_scope.is_index_of(&jobs));
    assert!(
        !in_scope.is_index_of(&acme.full(&jobs)),
        "from outside, the table in the scope has other indexes"
    );
    assert!(acme.full(&jobs).of_index("state").is_index_of(&acme.full(&jobs)));
}

#[test]
fn the_full_name_of_an_index_tells_its_table_in_every_scope() {
    let jobs = Partition::from("jobs");
    let scopes = ["acme", "a/b", "acme2"].map(Scope::new);
    let full = |scopes: &[&Scope], partition: &Partition| {
        scopes.iter().fold(partition.clone(), |partition, scope| scope.full(&partition))
    };
    let [acme, other, longer] = &scopes;
    let places: [&[&Scope]; 5] = [&[], &[acme], &[longer], &[other, acme], &[acme, other]];
    for of_index in places {
        let index = full(of_index, &jobs.of_index("a:b@c"));
        for of_table in places {
            let table = full(of_table, &jobs);
            assert_eq!(index.is_full_index_of(&table), table == full(of_index, &jobs), "{index} {table}");
            assert!(
                !table.is_full_index_of(&table)
                    && !index.is_full_index_of(&full(of_table, &Partition::from("job")))
            );
        }
    }
}

#[test]
fn a_table_of_the_system_is_known_in_every_scope() {
    let users = Partition::from("system_users");
    let (acme, nested) = (Scope::new("acme"), Scope::new("a/b"));
    for partition in [users.clone(), acme.full(&users), nested.full(&acme.full(&users))] {
        assert!(partition.is_system_table(), "{partition}");
        assert!(!partition.of_index("role").is_system_table());
    }
    for other in ["@acme/system_users", "acme/system_users", "@system_users", "/system_users"] {
        let other = Partition::from(other);
        assert!(!other.is_system_table() && !acme.full(&other).is_system_table(), "{other}");
    }
}
