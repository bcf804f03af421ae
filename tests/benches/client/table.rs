use std::time::Duration;

use crate::jobs::{Job, Sample};

/// Prints the measurements of a job. The other clients are compared with the first and the second one.
pub(crate) fn print(job: &Job, names: &[&str], samples: &[Vec<Sample>]) {
    let rounds = samples[0].len();
    println!("\n{}: {} ({rounds} rounds of {})", job.name, job.title, job.times);
    let measure = if job.by_the_clock { "wall" } else { "CPU" };
    println!(
        "  {:<21} {:>10} {:>9}   {:<22} {:<22} {:<22}",
        "",
        "CPU us",
        "wall ms",
        format!("{measure} to reqwest"),
        format!("{measure} to hyper"),
        if job.by_the_clock { "CPU to reqwest" } else { "wall to reqwest" }
    );
    let times = job.times as f64;
    for (name, own) in names.iter().zip(samples) {
        let main = |sample: &Sample| if job.by_the_clock { sample.wall } else { sample.cpu };
        let other = |sample: &Sample| if job.by_the_clock { sample.cpu } else { sample.wall };
        let cpu = Spread::of(own.iter().map(|sample| sample.cpu.as_secs_f64() * 1e6 / times));
        let wall = Spread::of(own.iter().map(|sample| sample.wall.as_secs_f64() * 1e3));
        println!(
            "  {name:<21} {:>10.1} {:>9.1}   {:<22} {:<22} {:<22}",
            cpu.median,
            wall.median,
            ratios(own, &samples[0], main),
            ratios(own, &samples[1], main),
            ratios(own, &samples[0], other),
        );
    }
}

/// The ratios of the rounds: `median (minimum-maximum)`.
fn ratios(own: &[Sample], floor: &[Sample], measure: impl Fn(&Sample) -> Duration) -> String {
    let ratios = own.iter().zip(floor).map(|(own, floor)| measure(own).as_secs_f64() / measure(floor).as_secs_f64());
    let Spread { median, least, most } = Spread::of(ratios);
    format!("{median:.2} ({least:.2}-{most:.2})")
}

struct Spread {
    median: f64,
    least: f64,
    most: f64,
}

impl Spread {
    fn of(values: impl Iterator<Item = f64>) -> Self {
        let mut values: Vec<f64> = values.collect();
        values.sort_by(f64::total_cmp);
        let (least, most) = (values.first().copied(), values.last().copied());
        let middle = values.len() / 2;
        let median = match values.len() {
            0 => f64::NAN,
            count if count.is_multiple_of(2) => f64::midpoint(values[middle - 1], values[middle]),
            _ => values[middle],
        };
        Self { median, least: least.unwrap_or(f64::NAN), most: most.unwrap_or(f64::NAN) }
    }
}
