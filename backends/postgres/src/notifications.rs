//! [`Notifications`]: how the processes of one database tell each other of commits.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock, Weak};
use std::task::Poll;
use std::time::Duration;

use keyloft::backend::{Listeners, Notify};
use tokio::task::AbortHandle;
use tokio_postgres::AsyncMessage;

use crate::client::Connector;
use crate::runtime::Runtime;

/// The channel of all schemas. A payload names the schema.
const LISTEN: &str = "LISTEN keyloft";
/// The pause before a lost connection is opened again, in which the log is read by the followers' own intervals.
const PAUSE: Duration = Duration::from_secs(1);

/// The listeners to commits of other processes, and the connection that hears of them.
///
/// It exists from the first listener on. PostgreSQL lets commits with a `NOTIFY` wait for each other, so databases without a log
/// don't send any.
pub(crate) struct Notifications {
    heard: Arc<Heard>,
    /// The statement that tells of a commit of this process.
    statement: String,
    task: OnceLock<AbortHandle>,
}

struct Heard {
    listeners: Listeners,
    /// The end of the payloads that other processes of this schema send, and the beginning of those of this one.
    schema: String,
    own: String,
    /// `true` if the server has such channels. Some that speak PostgreSQL's protocol have none.
    has_channels: AtomicBool,
}

impl Notifications {
    pub(crate) fn new(schema: &str) -> Self {
        let (own, schema) = (format!("{:016x}", fastrand::u64(..)), format!(" {schema}"));
        let payload = format!("{own}{schema}").replace('\'', "''");
        let heard =
            Heard { listeners: Listeners::default(), schema, own, has_channels: AtomicBool::new(false) };
        Self {
            heard: Arc::new(heard),
            statement: format!("NOTIFY keyloft, '{payload}'"),
            task: OnceLock::new(),
        }
    }

    /// Adds a listener. The first one starts the connection.
    pub(crate) fn listen(&self, listener: Weak<dyn Notify>, connector: &Connector, runtime: &Runtime) {
        self.heard.listeners.add(listener);
        self.task.get_or_init(|| runtime.spawn(hear(Arc::clone(&self.heard), connector.clone())));
    }

    /// Returns the statement by which a commit tells of itself, if any process listens to such.
    pub(crate) fn statement(&self) -> Option<&str> {
        self.heard.has_channels.load(Ordering::Relaxed).then_some(&self.statement)
    }
}

impl Drop for Notifications {
    fn drop(&mut self) {
        if let Some(task) = self.task.get() {
            task.abort();
        }
    }
}

/// Keeps a connection open that hears of commits.
async fn hear(heard: Arc<Heard>, connector: Connector) {
    loop {
        // A process that can't listen still follows the log, by its interval.
        let _ended = hear_on_one(&heard, &connector).await;
        tokio::time::sleep(PAUSE).await;
    }
}

/// Hears of commits on one connection, until it ends.
async fn hear_on_one(heard: &Heard, connector: &Connector) -> Result<(), tokio_postgres::Error> {
    let (client, mut connection) = connector.dial().await?;
    let listening = pin!(client.batch_execute(LISTEN));
    let mut listening = Some(listening);
    poll_fn(|context| {
        loop {
            let message = connection.poll_message(context);
            if let Some(statement) = &mut listening
                && let Poll::Ready(done) = statement.as_mut().poll(context)
            {
                listening = None;
                if let Err(error) = done {
                    return Poll::Ready(Err(error));
                }
                heard.has_channels.store(true, Ordering::Relaxed);
                // Commits may have been missed while there was no connection.
                heard.listeners.call();
            }
            match message {
                Poll::Ready(Some(Ok(AsyncMessage::Notification(message)))) => {
                    heard.receive(message.payload());
                }
                Poll::Ready(Some(Ok(_))) => {}
                Poll::Ready(Some(Err(error))) => return Poll::Ready(Err(error)),
                Poll::Ready(None) => return Poll::Ready(Ok(())),
                Poll::Pending => return Poll::Pending,
            }
        }
    })
    .await
}

impl Heard {
    fn receive(&self, payload: &str) {
        if payload.ends_with(&self.schema) && !payload.starts_with(&self.own) {
            self.listeners.call();
        }
    }
}
