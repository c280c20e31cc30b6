//! Lists of entities that expire: watches with a limit.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering::Relaxed};

use keyloft::layers::Observed;
use keyloft::prelude::*;
use keyloft::store::{Changes, Event};
use keyloft_memory::MemoryBackend;
use proptest::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, Entity, Debug, PartialEq, Clone)]
#[table(name = "offers")]
struct Offer {
    #[expires]
    until: Option<i64>,
    #[key]
    id: u32,
    #[index]
    price: u8,
    #[index(each)]
    tags: Vec<u8>,
}

type List = Vec<(u32, Offer)>;

/// Offers with a feed, at a time that the test sets.
struct Shop {
    offers: Table<u32, Offer>,
    backend: Arc<Observed<MemoryBackend>>,
    time: Arc<AtomicI64>,
}

impl Shop {
    fn new() -> Self {
        let (time, backend) = (Arc::new(AtomicI64::new(0)), Arc::new(Observed::new(MemoryBackend::new())));
        let clock = {
            let time = Arc::clone(&time);
            Arc::new(move || time.load(Relaxed))
        };
        Self { offers: Offer::table(backend.clone(), clock), backend, time }
    }

    fn evict(&self) {
        self.offers.evict_expired(self.time.load(Relaxed), usize::MAX).unwrap();
    }
}

/// Applies the waiting events to the list, which is never longer than its limit after a commit.
fn follow(changes: &Changes<u32, Offer>, list: &mut List, limit: usize) {
    let mut previous = 0;
    while let Some(event) = changes.try_recv() {
        let event = event.unwrap();
        let (Event::Entered { commit, .. } | Event::Changed { commit, .. } | Event::Left { commit, .. }) =
            event
        else {
            panic!("not an event of a list: {event:?}");
        };
        assert!(commit == previous || list.len() <= limit, "{list:?} before commit {commit}");
        previous = commit;
        match event {
            Event::Entered { key, new, at, .. } => list.insert(at, (key, new)),
            Event::Changed { key, old, new, from, to, .. } => {
                assert_eq!(list.remove(from), (key, old));
                list.insert(to, (key, new));
            }
            Event::Left { key, old, at, .. } => assert_eq!(list.remove(at), (key, old)),
            other => panic!("not an event of a list: {other:?}"),
        }
    }
    assert!(list.len() <= limit, "{list:?}");
}

#[test]
fn a_row_that_expires_before_its_move_is_received_leaves_the_list() {
    let shop = Shop::new();
    let offer = |id, price, until| Offer { until, id, price, tags: vec![] };
    for (id, price) in [(1, 0), (2, 1), (3, 5), (4, 6)] {
        shop.offers.save(&offer(id, price, None)).unwrap();
    }
    let query = || Query::all().limit(1);
    let watch = shop.offers.watch_by(&shop.backend.feed(), &Offer::PRICE, query()).unwrap();
    let mut list = watch.current;
    shop.offers.delete(&2).unwrap();
    shop.offers.save(&offer(1, 3, Some(10))).unwrap();
    shop.time.store(10, Relaxed);
    for _ in 0..2 {
        follow(&watch.changes, &mut list, 1);
        assert_eq!(list, [(3, offer(3, 5, None))]);
        assert_eq!(list, shop.offers.scan_by(&Offer::PRICE, query()).unwrap());
        shop.evict();
    }
}

#[derive(Clone, Debug)]
enum Step {
    Save(Offer),
    Delete(u32),
    Wait(i64),
    Evict,
    Receive,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let offer = (prop::option::of(0..90_i64), 0..12_u32, 0..8_u8, prop::collection::vec(0..5_u8, 0..3));
    let save = offer.prop_map(|(until, id, price, tags)| Step::Save(Offer { until, id, price, tags }));
    let step = prop_oneof![
        6 => save,
        3 => (0..12_u32).prop_map(Step::Delete),
        2 => (0..15_i64).prop_map(Step::Wait),
        1 => Just(Step::Evict),
        2 => Just(Step::Receive),
    ];
    prop::collection::vec(step, 0..60)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn after_an_eviction_a_list_is_the_scan(steps in steps(), limit in 0..4_usize, reverse: bool) {
        let shop = Shop::new();
        let feed = shop.backend.feed();
        let query = || if reverse { Query::all().reverse() } else { Query::all() }.limit(limit);
        let prices = shop.offers.watch_by(&feed, &Offer::PRICE, query()).unwrap();
        let tags = shop.offers.watch_by(&feed, &Offer::TAGS, query()).unwrap();
        let mut lists = [prices.current, tags.current];
        let mut receive = || {
            for (changes, list) in [&prices.changes, &tags.changes].into_iter().zip(&mut lists) {
                follow(changes, list, limit);
            }
            lists.clone()
        };
        for step in steps {
            match step {
                Step::Save(offer) => shop.offers.save(&offer).unwrap(),
                Step::Delete(id) => drop(shop.offers.delete(&id).unwrap()),
                Step::Wait(time) => drop(shop.time.fetch_add(time, Relaxed)),
                Step::Receive => drop(receive()),
                Step::Evict => {
                    shop.evict();
                    let scans = [
                        shop.offers.scan_by(&Offer::PRICE, query()).unwrap(),
                        shop.offers.scan_by(&Offer::TAGS, query()).unwrap(),
                    ];
                    prop_assert_eq!(receive(), scans);
                }
            }
        }
    }
}
