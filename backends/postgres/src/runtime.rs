//! [`Runtime`]: the thread on which the connections run.

use std::future::Future;
use std::io;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::thread;
use std::time::{Duration, Instant};

use tokio::runtime::{Builder, Handle};
use tokio::sync::oneshot;
use tokio::task::AbortHandle;

/// The time that connections have to say goodbye after the last handle was dropped.
const GOODBYE: Duration = Duration::from_secs(1);

/// The thread on which the connections run.
///
/// Only the sockets are served there. A call sends its statements to that thread and waits in its own, so it may be made from
/// within any other runtime, which it blocks for that time.
pub(crate) struct Runtime {
    handle: Handle,
    /// The thread ends when it is dropped.
    _running: oneshot::Sender<()>,
}

impl Runtime {
    pub(crate) fn start() -> io::Result<Self> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let handle = runtime.handle().clone();
        let (running, ended) = oneshot::channel::<()>();
        thread::Builder::new().name("keyloft-postgres".to_owned()).spawn(move || {
            runtime.block_on(async {
                // It returns when the sender is dropped.
                let _dropped = ended.await;
                let since = Instant::now();
                while Handle::current().metrics().num_alive_tasks() > 0 && since.elapsed() < GOODBYE {
                    tokio::time::sleep(Duration::from_millis(1)).await;
                }
            });
        })?;
        Ok(Self { handle, _running: running })
    }

    /// Runs a future on the runtime's thread.
    pub(crate) fn spawn(&self, future: impl Future<Output = ()> + Send + 'static) -> AbortHandle {
        self.handle.spawn(future).abort_handle()
    }

    /// Waits for a future in this thread. What it spawns runs on the runtime's thread, and so do its sockets and timers.
    pub(crate) fn wait<T>(&self, future: impl Future<Output = T>) -> T {
        let _entered = self.handle.enter();
        pollster::block_on(future)
    }
}

/// Sends the statement of a future and doesn't wait for its end. The connection takes the answer.
pub(crate) fn send(future: impl Future) {
    let mut future = pin!(future);
    let _answer: Poll<_> = future.as_mut().poll(&mut Context::from_waker(Waker::noop()));
}
