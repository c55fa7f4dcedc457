//! Whether anything happens on a connection.
//!
//! HTTP/1 has a timeout for the headers of the next request, HTTP/2 has none, and neither has one for a caller that does not
//! read its answer. So requests are counted, and a connection on which none is in work and none came for a while has to go.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// What happens on one connection. Cheap to clone.
#[derive(Clone, Default)]
pub(super) struct Activity {
    counts: Arc<Counts>,
}

#[derive(Default)]
struct Counts {
    in_work: AtomicUsize,
    /// Requests that ever began.
    begun: AtomicUsize,
}

/// A request in work, until it is dropped.
pub(super) struct InWork(Activity);

impl Activity {
    /// Counts a request.
    pub(super) fn begin(&self) -> InWork {
        self.counts.in_work.fetch_add(1, Ordering::Relaxed);
        self.counts.begun.fetch_add(1, Ordering::Relaxed);
        InWork(self.clone())
    }

    /// Ends when no request was in work for this time; at the latest when twice of it has passed.
    pub(super) async fn ceased(&self, time: Duration) {
        let mut seen = None;
        loop {
            let begun = self.counts.begun.load(Ordering::Relaxed);
            let idle = self.counts.in_work.load(Ordering::Relaxed) == 0;
            if idle && seen == Some(begun) {
                return;
            }
            seen = idle.then_some(begun);
            tokio::time::sleep(time).await;
        }
    }
}

impl Drop for InWork {
    fn drop(&mut self) {
        self.0.counts.in_work.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHORT: Duration = Duration::from_millis(5);

    #[tokio::test]
    async fn a_request_in_work_keeps_the_connection() {
        let activity = Activity::default();
        let in_work = activity.begin();
        assert!(tokio::time::timeout(SHORT * 20, activity.ceased(SHORT)).await.is_err());
        drop(in_work);
        activity.ceased(SHORT).await;
    }

    #[tokio::test]
    async fn so_does_a_request_that_came_and_went() {
        let activity = Activity::default();
        let mut ceased = std::pin::pin!(activity.ceased(Duration::from_secs(3600)));
        assert!(tokio::time::timeout(SHORT, ceased.as_mut()).await.is_err(), "it waits before it ends anything");
        drop(activity.begin());
        assert_eq!(activity.counts.in_work.load(Ordering::Relaxed), 0);
        assert_eq!(activity.counts.begun.load(Ordering::Relaxed), 1);
    }
}
