use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use telnyx_ai_tests::fixed_server::Scene;
use telnyx_ai_tests::process;

use crate::peer::{Peer, Tally};

/// A job to measure.
pub(crate) struct Job {
    /// The name for `--job`.
    pub(crate) name: &'static str,
    /// The description.
    pub(crate) title: &'static str,
    work: Work,
    /// The number of repetitions per round.
    pub(crate) times: usize,
    /// The behavior of the server.
    scene: Scene,
    /// Whether the server shares the client's core. If only one of them works at a time, two cores would measure how
    /// fast a core wakes up.
    one_core: bool,
    /// Whether wall time is measured instead of CPU time.
    pub(crate) by_the_clock: bool,
}

#[derive(Clone, Copy)]
enum Work {
    Get { at_a_time: usize },
    Create,
    List,
    Tests { page_size: u32, prefetch: usize },
}

/// The measurements of a round.
#[derive(Clone, Copy)]
pub(crate) struct Sample {
    pub(crate) tally: Tally,
    pub(crate) cpu: Duration,
    pub(crate) wall: Duration,
}

pub(crate) fn all() -> Vec<Job> {
    let job = |name, title, work, times| Job {
        name,
        title,
        work,
        times,
        scene: Scene::default(),
        one_core: true,
        by_the_clock: false,
    };
    let slow_pages = |name, title, prefetch| Job {
        scene: Scene { tests: 2_000, latency_ms: 20, ..Scene::default() },
        by_the_clock: true,
        ..job(name, title, Work::Tests { page_size: 20, prefetch }, 1)
    };
    vec![
        job("get", "GET one assistant, one at a time", Work::Get { at_a_time: 1 }, 2_000),
        Job {
            one_core: false,
            ..job("get-64", "GET one assistant, 64 at a time", Work::Get { at_a_time: 64 }, 10_000)
        },
        job("create", "POST an assistant, one at a time", Work::Create, 1_000),
        Job {
            scene: Scene { assistants: 1_000, ..Scene::default() },
            ..job("list", "GET 1,000 assistants in one response of 3.8 MB", Work::List, 10)
        },
        Job {
            scene: Scene { tests: 20_000, ..Scene::default() },
            ..job("pages", "GET 20,000 tests, 100 per page", Work::Tests { page_size: 100, prefetch: 0 }, 1)
        },
        slow_pages("slow-pages", "GET 2,000 tests, 20 per page, 20 ms per response", 0),
        slow_pages("prefetch-8", "the same, 8 pages in flight", 8),
        slow_pages("prefetch-16", "the same, 16 pages in flight", 16),
        Job {
            scene: Scene { refuse_every: 10, ..Scene::default() },
            by_the_clock: true,
            ..job(
                "refused",
                "GET 180 assistants, every 10th request refused for 20 ms",
                Work::Get { at_a_time: 1 },
                180,
            )
        },
    ]
}

impl Job {
    /// The scene of the server for this job.
    pub(crate) fn scene(&self) -> Scene {
        let (first, last) = process::cores();
        Scene { core: Some(if self.one_core { last } else { first }), ..self.scene.clone() }
    }

    /// Reduces the work, for `--quick`.
    pub(crate) fn quick(mut self) -> Self {
        self.times = self.times.div_ceil(10);
        self
    }

    /// The number of objects that a round reads.
    pub(crate) const fn items(&self) -> usize {
        match self.work {
            Work::Get { .. } | Work::Create => self.times,
            Work::List => self.times * self.scene.assistants,
            Work::Tests { .. } => self.times * self.scene.tests,
        }
    }

    /// The minimum and maximum number of requests of a round. The 429s vary it.
    pub(crate) fn requests(&self) -> (u64, u64) {
        let least = match self.work {
            Work::Tests { page_size, .. } => self.times * self.scene.tests.div_ceil(page_size as usize),
            _ => self.times,
        } as u64;
        let refused = if self.scene.refuse_every == 0 { 0 } else { least.div_ceil(self.scene.refuse_every - 1) };
        (least + refused.saturating_sub(1), least + refused)
    }

    /// Runs a round, or a tenth of one to warm up.
    pub(crate) async fn run<P: Peer>(&self, peer: &P, warm_up: bool) -> Sample {
        let times = if warm_up { self.times.div_ceil(10) } else { self.times };
        let (cpu, wall) = (process::cpu_time(), Instant::now());
        let tally = self.work(peer, times).await;
        Sample { tally, cpu: process::cpu_time() - cpu, wall: wall.elapsed() }
    }

    async fn work<P: Peer>(&self, peer: &P, times: usize) -> Tally {
        if let Work::Get { at_a_time: at_a_time @ 2.. } = self.work {
            return get_concurrently(peer, times, at_a_time).await;
        }
        let mut sum = Tally::default();
        for _ in 0..times {
            sum += match self.work {
                Work::Get { .. } => peer.get().await,
                Work::Create => peer.create().await,
                Work::List => peer.list().await,
                Work::Tests { page_size, prefetch } => peer.tests(page_size, prefetch).await,
            };
        }
        sum
    }
}

/// Gets `times` assistants with several tasks.
async fn get_concurrently<P: Peer>(peer: &P, times: usize, tasks: usize) -> Tally {
    let begun = Arc::new(AtomicUsize::new(0));
    let tasks: Vec<_> = (0..tasks)
        .map(|_| {
            let (peer, begun) = (peer.clone(), Arc::clone(&begun));
            tokio::spawn(async move {
                let mut sum = Tally::default();
                while begun.fetch_add(1, Ordering::Relaxed) < times {
                    sum += peer.get().await;
                }
                sum
            })
        })
        .collect();
    let mut sum = Tally::default();
    for task in tasks {
        sum += task.await.expect("the task does not panic");
    }
    sum
}
