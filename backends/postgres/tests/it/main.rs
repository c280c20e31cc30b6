//! The tests against a real server, which they start on loopback and stop at the end.
//!
//! Where no server is installed, they are shown as ignored. With `KEYLOFT_NEEDS_POSTGRES` they fail.

// A test of this harness is an ordinary function for clippy.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

mod cluster;
mod conflicts;
mod failures;
mod followers;
mod kills;
mod loads;
mod long_keys;
mod moves;
mod outcomes;
mod proxy;
mod safe_snapshots;
mod suite;
#[cfg(feature = "tls")]
mod tls;
mod web_service;

use std::process::ExitCode;
use std::sync::Arc;

use libtest_mimic::{Arguments, Trial, run};

use crate::cluster::Cluster;
use crate::followers::FollowedSchemas;
use crate::suite::Schemas;

/// A test of a running server.
type Test = fn(&Arc<Cluster>);

/// Makes a list of tests with their names.
macro_rules! tests {
    ($($module:ident { $($test:ident)+ })+) => {
        &[$($((concat!(stringify!($module), "::", stringify!($test)), $module::$test as Test),)+)+]
    };
}

const TESTS: &[(&str, Test)] = tests! {
    conflicts {
        of_many_statements_run_again_whole
    }
    failures {
        a_wrong_password_or_user
        a_wrong_address
        a_connection_string_that_is_none
        missing_rights
        a_server_that_only_reads
        tables_of_a_newer_version
        tls_that_the_server_lacks
        connections_in_use
        connections_that_the_server_refuses
        statements_that_take_too_long
        a_full_disk
        a_transaction_that_always_conflicts
        a_connection_that_ends
        a_call_inside_another_runtime
    }
    followers {
        are_told_of_commits
        hear_only_of_their_own_schema
        see_every_commit_once_and_in_order
        read_a_log_without_gaps
        notice_a_migration
    }
    kills {
        of_the_server_lose_and_double_nothing
    }
    loads {
        of_new_keys_are_all_there
        over_other_keys_replace_them
        are_seen_by_their_transaction
        that_fail_leave_nothing
        that_can_not_be_copied_are_inserted
    }
    long_keys {
        are_in_order_between_all_bounds
        are_deleted_between_long_bounds
        of_partitions_are_listed_in_order
    }
    moves {
        from_a_file_and_back_keep_the_digest
    }
    safe_snapshots {
        see_no_state_between_two_transactions
        never_make_a_writer_run_again
    }
    web_service {
        streams_the_changes_of_all_instances
    }
    outcomes {
        that_the_server_has_stored_are_told_so
        that_the_server_has_not_stored_run_again
        that_never_reach_the_server_run_again
        whose_number_is_lost_are_unknown
        that_are_not_decided_yet_are_waited_for
        whose_number_is_given_again_are_unknown
    }
};

fn main() -> ExitCode {
    if kills::work_if_told() {
        return ExitCode::SUCCESS;
    }
    let arguments = Arguments::from_args();
    let cluster = if arguments.list { None } else { Cluster::fast().map(Arc::new) };
    if cluster.is_none() && !arguments.list {
        assert!(std::env::var_os("KEYLOFT_NEEDS_POSTGRES").is_none(), "no PostgreSQL server is installed");
        println!("skipped: no PostgreSQL server is installed; on Debian: apt-get install postgresql");
    }
    let unused = Arc::default();
    let cases = keyloft_conformance::cases().map(|case| {
        let unused = Arc::clone(&unused);
        trial(cluster.as_ref(), case.name, |cluster| {
            case.run(&Schemas { cluster: Arc::clone(cluster), unused });
        })
    });
    let followed = keyloft_conformance::cases().filter(|case| is_of_feed(case.name)).map(|case| {
        let unused = Arc::clone(&unused);
        trial(cluster.as_ref(), &format!("followed::{}", case.name), |cluster| {
            case.run(&FollowedSchemas(Schemas { cluster: Arc::clone(cluster), unused }));
        })
    });
    #[cfg(feature = "tls")]
    let tls = [trial(
        cluster.as_ref(),
        "tls::needs_a_certificate_that_is_trusted",
        tls::needs_a_certificate_that_is_trusted,
    )];
    #[cfg(not(feature = "tls"))]
    let tls = [];
    let own = TESTS.iter().map(|(name, test)| trial(cluster.as_ref(), name, test));
    let conclusion = run(&arguments, own.chain(tls).chain(followed).chain(cases).collect());
    drop((unused, cluster));
    conclusion.exit_code()
}

/// Returns `true` for a case of a backend's feed.
fn is_of_feed(case: &str) -> bool {
    ["change_feed::", "watching::", "lists::", "list_model::"].iter().any(|group| case.starts_with(group))
}

/// Returns a test of the server, which is ignored if there is none.
fn trial(
    cluster: Option<&Arc<Cluster>>,
    name: &str,
    test: impl FnOnce(&Arc<Cluster>) + Send + 'static,
) -> Trial {
    let cluster = cluster.cloned();
    let is_ignored = cluster.is_none();
    let run = move || {
        if let Some(cluster) = cluster {
            test(&cluster);
        }
        Ok(())
    };
    Trial::test(name, run).with_ignored_flag(is_ignored)
}
