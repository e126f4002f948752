//! Work that is cheaper done together: what is asked while one batch is under way makes up the next one.

use std::future::Future;
use std::sync::Arc;

use tokio::sync::{Mutex, mpsc, oneshot};

/// Most looks for others before a batch is worked on.
const ROUNDS: usize = 8;

/// Hands questions to workers, each of which takes all that wait at once.
#[derive(Debug)]
pub struct Batches<Q, A> {
    questions: mpsc::UnboundedSender<(Q, oneshot::Sender<A>)>,
}

impl<Q, A> Clone for Batches<Q, A> {
    fn clone(&self) -> Self {
        Self { questions: self.questions.clone() }
    }
}

impl<Q: Send + 'static, A: Send + 'static> Batches<Q, A> {
    /// Starts a worker for each `work`, which answers at most `most` questions at once, in their order. They end with
    /// the last sender.
    pub fn start<F, W>(most: usize, workers: impl IntoIterator<Item = W>) -> Self
    where
        F: Future<Output = Vec<A>> + Send,
        W: FnMut(Vec<Q>) -> F + Send + 'static,
    {
        let (sender, waiting) = mpsc::unbounded_channel::<(Q, oneshot::Sender<A>)>();
        let waiting = Arc::new(Mutex::new(waiting));
        for mut work in workers {
            let waiting = waiting.clone();
            tokio::spawn(async move {
                loop {
                    let batch = take(&mut *waiting.lock().await, most).await;
                    if batch.is_empty() {
                        return;
                    }
                    let (questions, askers): (Vec<Q>, Vec<_>) = batch.into_iter().unzip();
                    for (asker, answer) in askers.into_iter().zip(work(questions).await) {
                        // Whoever has left needs no answer.
                        let _ = asker.send(answer);
                    }
                }
            });
        }
        Self { questions: sender }
    }

    /// Waits for the answer. `None` when the worker has ended, which happens only while the program does.
    pub async fn ask(&self, question: Q) -> Option<A> {
        let (asker, answer) = oneshot::channel();
        self.questions.send((question, asker)).ok()?;
        answer.await.ok()
    }
}

/// All that wait, and those who are about to ask: under load a batch is worth more than the moment that it waits.
/// Whoever asks alone waits for one look at the sockets. Empty when nobody can ask any more.
async fn take<T>(waiting: &mut mpsc::UnboundedReceiver<T>, most: usize) -> Vec<T> {
    let mut batch = Vec::with_capacity(most);
    waiting.recv_many(&mut batch, most).await;
    for _ in 0..ROUNDS {
        let before = batch.len();
        tokio::task::yield_now().await;
        while batch.len() < most
            && let Ok(one) = waiting.try_recv()
        {
            batch.push(one);
        }
        if batch.len() == before {
            break;
        }
    }
    batch
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[tokio::test]
    async fn each_asker_gets_its_own_answer_and_many_share_a_batch() {
        let batches_done = Arc::new(AtomicUsize::new(0));
        let counter = batches_done.clone();
        let work = move |questions: Vec<usize>| {
            counter.fetch_add(1, Ordering::SeqCst);
            async move {
                tokio::task::yield_now().await;
                questions.into_iter().map(|question| question * 2).collect()
            }
        };
        let batches = Batches::start(64, [work.clone(), work]);
        let asked = (0..100).map(|number| {
            let batches = batches.clone();
            tokio::spawn(async move { (number, batches.ask(number).await) })
        });
        for asked in asked.collect::<Vec<_>>() {
            let (number, answer) = asked.await.unwrap();
            assert_eq!(answer, Some(number * 2));
        }
        assert!(batches_done.load(Ordering::SeqCst) < 50);
    }
}
