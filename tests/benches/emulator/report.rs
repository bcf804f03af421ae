//! The printed report.

use std::time::Duration;

use crate::Fallible;
use crate::load::{Load, Measured};

/// A table that is printed line by line.
pub(crate) struct Report {
    errors: Vec<String>,
}

impl Report {
    pub(crate) fn new(load: &Load) -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        println!("\n{} concurrent clients, {} s each; server and clients", load.clients, load.time.as_secs_f64());
        println!("share the {cores} cores of this machine, and the clients use one at most.\n");
        println!(
            "{:<42} {:>10} {:>9} {:>9} {:>6} {:>12} {:>13} {:>11}",
            "", "requests/s", "p50 ms", "p99 ms", "errors", "server CPU s", "clients CPU s", "req/CPU s"
        );
        Self { errors: Vec::new() }
    }

    pub(crate) fn add(&mut self, name: &str, measured: Measured) {
        let count = measured.latencies.len() as f64;
        let seconds =
            |time: Option<Duration>| time.map_or_else(|| "-".into(), |time| format!("{:.2}", time.as_secs_f64()));
        let each = measured.server.map_or_else(|| "-".into(), |cpu| format!("{:.0}", count / cpu.as_secs_f64()));
        println!(
            "{name:<42} {:>10.0} {:>9.2} {:>9.2} {:>6} {:>12} {:>13} {each:>11}",
            count / measured.time.as_secs_f64(),
            measured.quantile(0.5),
            measured.quantile(0.99),
            measured.errors.len(),
            seconds(measured.server),
            seconds(measured.clients),
        );
        self.errors.extend(measured.errors.into_iter().map(|error| format!("{name}: {error}")));
    }

    /// Fails if a client had an error.
    pub(crate) fn finish(self) -> Fallible<()> {
        println!();
        match self.errors.first() {
            None => Ok(()),
            Some(first) => {
                Err(format!("{} clients stopped with an error; the first one: {first}", self.errors.len()).into())
            }
        }
    }
}

impl Measured {
    /// A quantile of the latencies, in milliseconds.
    fn quantile(&self, part: f64) -> f64 {
        let last = self.latencies.len().saturating_sub(1);
        let latency = self.latencies.get((last as f64 * part).round() as usize);
        latency.map_or(f64::NAN, |latency| latency.as_secs_f64() * 1_000.0)
    }
}
