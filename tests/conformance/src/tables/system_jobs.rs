//! The table `system_jobs`.

use keyloft::error::Place;
use keyloft::prelude::*;
use keyloft::tables::system::{Job, JobStatus, JobType, jobs};

use crate::Fixture;
use crate::reading::Reading;
use crate::threads::at_once;

type Jobs = SystemTableStore<JobId, Job>;
type Write = fn(&Jobs, &JobId, &Job) -> Result<(), Error>;

const ENDS: [JobStatus; 3] = [JobStatus::Completed, JobStatus::Failed, JobStatus::Cancelled];
const STATUSES: [JobStatus; 4] =
    [JobStatus::Running, JobStatus::Completed, JobStatus::Failed, JobStatus::Cancelled];

/// Every write that replaces a job.
const WRITES: [Write; 3] = [
    |jobs, id, to| jobs.put(id, to),
    |jobs, id, to| jobs.put_many(&[(id.clone(), to.clone())]),
    |jobs, id, to| {
        let change = |job: &mut Job| {
            *job = to.clone();
            Ok(())
        };
        jobs.update(id, change).map(drop)
    },
];

fn job(namespace: &str, created_at: i64) -> Job {
    Job::new(JobType::Flush, namespace, "node-1", created_at)
}

fn job_that_is(status: JobStatus) -> Job {
    Job { status, completed_at: status.is_finished().then_some(2_000), ..job("app", 1_000) }
}

fn ids(page: &Page<JobId, Job>) -> Vec<&str> {
    page.entries.iter().map(|(id, _)| id.as_str()).collect()
}

pub(crate) fn end_in_each_of_three_ways(fixture: &dyn Fixture) {
    let jobs = Job::store(fixture.open());
    for id in ["1", "2", "3", "4"] {
        jobs.insert(&id.into(), &job("app", 1_000)).unwrap();
    }
    let ended = |status, result: Option<&str>, error: Option<&str>, at| Job {
        status,
        result: result.map(Into::into),
        error_message: error.map(Into::into),
        completed_at: Some(at),
        ..job("app", 1_000)
    };
    let completed = jobs.complete(&"1".into(), Some("12 rows"), 2_000).unwrap();
    assert_eq!(completed, ended(JobStatus::Completed, Some("12 rows"), None, 2_000));
    let failed = jobs.fail(&"2".into(), "disk full", 3_000).unwrap();
    assert_eq!(failed, ended(JobStatus::Failed, None, Some("disk full"), 3_000));
    let cancelled = jobs.cancel(&"3".into(), 4_000).unwrap();
    assert_eq!(cancelled, ended(JobStatus::Cancelled, None, None, 4_000));
    assert_eq!(jobs.complete(&"4".into(), None, 5_000).unwrap().result, None);
    assert_eq!(jobs.get(&"2".into()).unwrap(), Some(failed));
    assert_eq!(jobs.cancel(&"5".into(), 5_000).unwrap_err().code(), "NotFound");
}

pub(crate) fn end_once(fixture: &dyn Fixture) {
    let jobs = Job::store(fixture.open());
    let id = JobId::new("1");
    for from in ENDS {
        jobs.delete(&id).unwrap();
        jobs.insert(&id, &job_that_is(from)).unwrap();
        let refusals = [
            (jobs.complete(&id, Some("x"), 3_000), "completed"),
            (jobs.fail(&id, "x", 3_000), "failed"),
            (jobs.cancel(&id, 3_000), "cancelled"),
        ];
        for (refused, asked) in refusals {
            match refused.unwrap_err().into_kind() {
                ErrorKind::InvalidTransition { place, from: was, to } => {
                    assert_eq!(place, Place::entity(&"system_jobs".into(), "1"));
                    assert_eq!((was.to_owned(), to), (from.to_string(), asked));
                }
                other => panic!("{other}"),
            }
        }
        assert_eq!(jobs.get(&id).unwrap(), Some(job_that_is(from)));
    }
}

pub(crate) fn no_write_leaves_a_final_state(fixture: &dyn Fixture) {
    let jobs = Job::store(fixture.open());
    let id = JobId::new("1");
    for from in STATUSES {
        for to in STATUSES {
            let allowed = from == JobStatus::Running || from == to;
            let expected = if allowed { Ok(()) } else { Err("InvalidTransition") };
            for (number, write) in WRITES.iter().enumerate() {
                jobs.delete(&id).unwrap();
                jobs.insert(&id, &job_that_is(from)).unwrap();
                let done = write(&jobs, &id, &job_that_is(to)).map_err(|error| error.code());
                assert_eq!(done, expected, "{from} to {to}, write {number}");
                let now = if allowed { to } else { from };
                assert_eq!(jobs.get(&id).unwrap(), Some(job_that_is(now)));
            }
        }
    }
}

pub(crate) fn have_the_time_of_their_end(fixture: &dyn Fixture) {
    let jobs = Job::store(fixture.open());
    for status in STATUSES {
        let right = job_that_is(status);
        let wrong = Job { completed_at: right.completed_at.xor(Some(2_000)), ..right.clone() };
        let id = JobId::from(status.to_string());
        assert_eq!(jobs.put(&id, &wrong).unwrap_err().code(), "Invalid", "{status}");
        jobs.put(&id, &right).unwrap();
        let traced = Job { trace: Some("more".into()), ..right };
        jobs.put(&id, &traced).unwrap();
    }
}

pub(crate) fn of_racing_ends_one_wins(fixture: &dyn Fixture) {
    let db = fixture.open();
    let jobs = Job::store(db.clone());
    for round in 0..10 {
        jobs.insert(&JobId::from(format!("{round}")), &job("app", round)).unwrap();
    }
    let ran = at_once(&db, 4, |db, number| {
        let jobs = Job::store(db.clone());
        let by = format!("thread {number}");
        for round in 0..10 {
            let id = JobId::from(format!("{round}"));
            let ended =
                if number % 2 == 0 { jobs.complete(&id, Some(&by), 100) } else { jobs.fail(&id, &by, 100) };
            match ended {
                // The winner alone stores a copy of its end.
                Ok(job) => jobs.put(&JobId::from(format!("{round}-{number}")), &job).unwrap(),
                Err(error) => assert_eq!(error.code(), "InvalidTransition"),
            }
        }
    });
    if ran {
        assert_eq!(jobs.count().unwrap(), 20, "one end of each");
        for round in 0..10 {
            let copy = jobs.scan(JobId::prefix(format!("{round}-"))).unwrap();
            assert_eq!(jobs.get(&JobId::from(format!("{round}"))).unwrap().as_ref(), Some(&copy[0].1));
        }
    }
    assert_eq!(jobs.verify().unwrap(), []);
}

pub(crate) fn are_found_by_status(fixture: &dyn Fixture) {
    let jobs = Job::store(fixture.open());
    for id in ["1", "2", "3"] {
        jobs.insert(&id.into(), &job("app", 1_000)).unwrap();
    }
    let count = |status: JobStatus| jobs.find_all(&jobs::STATUS, &status).unwrap().len();
    assert_eq!(STATUSES.map(count), [3, 0, 0, 0]);
    jobs.complete(&"1".into(), None, 2_000).unwrap();
    jobs.cancel(&"2".into(), 2_000).unwrap();
    assert_eq!(STATUSES.map(count), [1, 1, 0, 1]);
    jobs.delete(&"2".into()).unwrap();
    assert_eq!(STATUSES.map(count), [1, 1, 0, 0]);
    assert_eq!(jobs.verify().unwrap(), []);
}

pub(crate) fn the_latest_come_first(fixture: &dyn Fixture) {
    let jobs = Job::store(fixture.open());
    let times = [("a", 5), ("b", -3), ("c", 900), ("d", 5), ("e", i64::MIN), ("f", i64::MAX)];
    for (id, created_at) in times {
        jobs.insert(&id.into(), &job("app", created_at)).unwrap();
    }
    jobs.insert(&"x".into(), &job("app2", 7)).unwrap();
    jobs.insert(&"y".into(), &job("ap", 7)).unwrap();
    jobs.insert(&"z".into(), &job("app\0", 7)).unwrap();
    let app = NamespaceId::new("app");
    assert_eq!(ids(&jobs.latest(&app, 99, None).unwrap()), ["f", "c", "d", "a", "b", "e"]);

    let first = jobs.latest(&app, 2, None).unwrap();
    assert_eq!(ids(&first), ["f", "c"]);
    // A job created between two pages is not in the later pages.
    jobs.insert(&"g".into(), &job("app", i64::MAX)).unwrap();
    let second = jobs.latest(&app, 2, first.next.as_ref()).unwrap();
    assert_eq!(ids(&second), ["d", "a"]);
    let third = jobs.latest(&app, 2, second.next.as_ref()).unwrap();
    assert_eq!((ids(&third), third.next.is_some()), (vec!["b", "e"], false));
    let other = jobs.latest(&"app2".into(), 2, first.next.as_ref()).unwrap_err();
    assert_eq!(other.code(), "InvalidCursor");
}

pub(crate) fn retention_deletes_what_ended_before(fixture: &dyn Fixture) {
    let db = fixture.open();
    let jobs = Job::store(db.clone());
    for (id, end) in [("a", Some(-5)), ("b", Some(10)), ("c", Some(11)), ("d", None), ("e", Some(9))] {
        // The job created first ends last.
        jobs.insert(&id.into(), &job("app", end.map_or(-9_000, |end| -end))).unwrap();
        if let Some(end) = end {
            jobs.complete(&id.into(), None, end).unwrap();
        }
    }
    assert_eq!(jobs.delete_finished_before(-5).unwrap(), 0);
    assert_eq!(jobs.delete_finished_before(10).unwrap(), 2);
    let left: Vec<String> = jobs.scan_all().unwrap().into_iter().map(|(id, _)| id.into_string()).collect();
    assert_eq!(left, ["b", "c", "d"]);
    assert_eq!(jobs.verify().unwrap(), []);

    let within = db.transaction(|tx| {
        let mut jobs = jobs.within(tx);
        jobs.fail(&"d".into(), "late", 12)?;
        jobs.delete_finished_before(i64::MAX)
    });
    assert_eq!(within.unwrap(), 3);
    assert!(db.names_of_data().is_empty());
}

pub(crate) fn retention_deletes_many(fixture: &dyn Fixture) {
    let db = fixture.open();
    let jobs = Job::store(db.clone());
    let ended = |at: i64| Job { status: JobStatus::Failed, completed_at: Some(at), ..job("app", 0) };
    let many: Vec<(JobId, Job)> = (0..1_500).map(|at| (JobId::from(format!("{at:04}")), ended(at))).collect();
    jobs.put_many(&many).unwrap();
    assert_eq!(jobs.delete_finished_before(1_499).unwrap(), 1_499);
    assert_eq!(jobs.scan_all().unwrap(), [("1499".into(), ended(1_499))]);
    assert_eq!(jobs.delete_finished_before(1_500).unwrap(), 1);
    assert!(db.names_of_data().is_empty());
}
