//! Work that is cheaper done together: what is asked while one batch is under way makes up the next one.

use std::future::Future;

use tokio::sync::{mpsc, oneshot};

/// Most looks for others before a batch is worked on.
const ROUNDS: usize = 8;

/// Hands questions to a worker, which takes all that wait at once.
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
    /// Starts the worker, which ends with the last sender. `work` answers at most `most` questions at once, in
    /// their order.
    pub fn start<F>(most: usize, mut work: impl FnMut(Vec<Q>) -> F + Send + 'static) -> Self
    where
        F: Future<Output = Vec<A>> + Send,
    {
        let (sender, mut waiting) = mpsc::unbounded_channel::<(Q, oneshot::Sender<A>)>();
        tokio::spawn(async move {
            let mut batch = Vec::with_capacity(most);
            while waiting.recv_many(&mut batch, most).await > 0 {
                gather(&mut waiting, &mut batch, most).await;
                let (questions, askers): (Vec<Q>, Vec<_>) = batch.drain(..).unzip();
                for (asker, answer) in askers.into_iter().zip(work(questions).await) {
                    // Whoever has left needs no answer.
                    let _ = asker.send(answer);
                }
            }
        });
        Self { questions: sender }
    }

    /// Waits for the answer. `None` when the worker has ended, which happens only while the program does.
    pub async fn ask(&self, question: Q) -> Option<A> {
        let (asker, answer) = oneshot::channel();
        self.questions.send((question, asker)).ok()?;
        answer.await.ok()
    }
}

/// Lets those come along who are about to ask: under load a batch is worth more than the moment that it waits.
/// Whoever asks alone waits for one look at the sockets.
pub async fn gather<T>(waiting: &mut mpsc::UnboundedReceiver<T>, batch: &mut Vec<T>, most: usize) {
    for _ in 0..ROUNDS {
        let before = batch.len();
        tokio::task::yield_now().await;
        while batch.len() < most
            && let Ok(one) = waiting.try_recv()
        {
            batch.push(one);
        }
        if batch.len() == before {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[tokio::test]
    async fn each_asker_gets_its_own_answer_and_many_share_a_batch() {
        let batches_done = Arc::new(AtomicUsize::new(0));
        let counter = batches_done.clone();
        let batches = Batches::start(64, move |questions: Vec<usize>| {
            counter.fetch_add(1, Ordering::SeqCst);
            async move {
                tokio::task::yield_now().await;
                questions.into_iter().map(|question| question * 2).collect()
            }
        });
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
