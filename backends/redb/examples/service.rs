//! A service on tokio: many concurrent requests, each a durable transaction, on one file.
//!
//! A call on a table blocks its thread, so a request runs it in `spawn_blocking`. Concurrent requests share one sync by group
//! commit, so with many clients the service answers several times as many requests per second.
//!
//! Run it with `cargo run --release --package keyloft-redb --example service`.

use std::error::Error;
use std::sync::Arc;
use std::time::{Duration, Instant};

use keyloft::prelude::{
    Entity, EntityReader, EntityStore, EntityWriter, IndexReader, KeyedWriter, StorageBackend,
    StorageBackendExt, StorageKey, Table, TableEntity,
};
use keyloft_redb::RedbBackend;
use serde::{Deserialize, Serialize};
use tokio::runtime::Builder;
use tokio::task::{JoinSet, spawn_blocking};

/// The number of requests in each round, and the number of items in stock. The last requests find the stock empty.
const REQUESTS: u64 = 400;
const STOCK: u64 = 2 * REQUESTS - 20;

/// The key of an order: its round, and its number in the round.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, StorageKey)]
struct OrderId {
    round: u32,
    number: u64,
}

#[derive(Serialize, Deserialize, Entity)]
#[table(name = "orders", key = OrderId)]
struct Order {
    #[index]
    customer: String,
    item: String,
}

#[derive(Serialize, Deserialize, Entity)]
#[table(name = "stock")]
struct Stock {
    #[key]
    item: String,
    left: u64,
}

/// The answer to a request.
#[derive(Debug, PartialEq)]
enum Answer {
    Ordered,
    SoldOut,
}

/// The tables of the service. Cloning it shares them.
#[derive(Clone)]
struct Shop {
    backend: Arc<dyn StorageBackend>,
    stock: Table<String, Stock>,
    orders: Table<OrderId, Order>,
}

impl Shop {
    fn new(backend: Arc<dyn StorageBackend>) -> Self {
        let stock = Stock::table(backend.clone());
        let orders = Order::table(backend.clone());
        Self { backend, stock, orders }
    }

    /// Takes an item from the stock and records the order. It blocks until both are on the disk.
    fn order(&self, id: &OrderId, order: &Order) -> keyloft::Result<Answer> {
        self.backend.transaction(|tx| {
            let left = self.stock.within(tx).get(&order.item)?.map_or(0, |stock| stock.left);
            let Some(left) = left.checked_sub(1) else { return Ok(Answer::SoldOut) };
            self.stock.within(tx).save(&Stock { item: order.item.clone(), left })?;
            self.orders.within(tx).insert(id, order)?;
            Ok(Answer::Ordered)
        })
    }
}

/// Answers a request. This is what a handler of a web framework does.
async fn handle(shop: Shop, id: OrderId) -> Result<Answer, Box<dyn Error + Send + Sync>> {
    let order = Order { customer: format!("customer {}", id.number % 7), item: "tea".to_owned() };
    Ok(spawn_blocking(move || shop.order(&id, &order)).await??)
}

/// Has `clients` send all requests of a round, each one after the other. Returns the time and the number of orders.
async fn round(
    shop: &Shop,
    round: u32,
    clients: u64,
) -> Result<(Duration, u64), Box<dyn Error + Send + Sync>> {
    let start = Instant::now();
    let mut running = JoinSet::new();
    for client in 0..clients {
        let shop = shop.clone();
        running.spawn(async move {
            let mut ordered = 0;
            let mut number = client;
            while number < REQUESTS {
                let answer = handle(shop.clone(), OrderId { round, number }).await?;
                ordered += u64::from(answer == Answer::Ordered);
                number += clients;
            }
            Ok::<_, Box<dyn Error + Send + Sync>>(ordered)
        });
    }
    let mut ordered = 0;
    while let Some(client) = running.join_next().await {
        ordered += client??;
    }
    Ok((start.elapsed(), ordered))
}

fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let path = std::env::temp_dir().join(format!("keyloft-service-{}.redb", std::process::id()));
    let backend = RedbBackend::create(&path)?;
    let shop = Shop::new(Arc::new(backend.clone()));
    shop.stock.save(&Stock { item: "tea".to_owned(), left: STOCK })?;

    // The pool of blocking threads bounds the number of transactions that wait for one sync.
    let runtime = Builder::new_multi_thread().worker_threads(2).max_blocking_threads(64).build()?;
    let mut sold = 0;
    for (number, clients) in [(1, 1), (2, 32)] {
        let (time, ordered) = runtime.block_on(round(&shop, number, clients))?;
        let rate = f64::from(u32::try_from(REQUESTS)?) / time.as_secs_f64();
        println!("{clients:>2} clients: {rate:>6.0} requests/s, {ordered} of {REQUESTS} ordered");
        sold += ordered;
    }

    // No item was sold twice and no order was lost, although the clients ran concurrently.
    assert_eq!(sold, STOCK);
    assert_eq!(shop.stock.get(&"tea".to_owned())?.map(|stock| stock.left), Some(0));
    assert_eq!(shop.orders.count()?, STOCK);

    // All of it is on the disk.
    backend.close()?;
    let shop = Shop::new(Arc::new(RedbBackend::open(&path)?));
    assert_eq!(shop.orders.count()?, STOCK);
    assert!(shop.orders.verify()?.is_empty());
    println!("{} orders of customer 3", shop.orders.find_all(&Order::CUSTOMER, "customer 3")?.len());
    drop(shop);
    std::fs::remove_file(&path)?;
    Ok(())
}
