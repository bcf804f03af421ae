//! What this process uses of the machine, as the system tells it. Where the system does not tell, it is zero.

use std::time::Duration;

/// The processor's time that all threads of this process took so far.
#[must_use]
pub fn cpu_time() -> Duration {
    #[cfg(unix)]
    {
        let time = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
        Duration::new(time.tv_sec.unsigned_abs(), u32::try_from(time.tv_nsec).unwrap_or_default())
    }
    #[cfg(not(unix))]
    Duration::ZERO
}

/// Keeps this thread, and those that it starts from now on, on one core, so that measurements are not about where the
/// system puts them.
pub fn stay_on(core: usize) {
    #[cfg(target_os = "linux")]
    {
        let mut cores = rustix::thread::CpuSet::new();
        cores.set(core);
        // Measuring goes on without.
        let _ = rustix::thread::sched_setaffinity(None, &cores);
    }
    #[cfg(not(target_os = "linux"))]
    let _ = core;
}

/// The first and the last core that this process may use.
#[must_use]
pub fn cores() -> (usize, usize) {
    #[cfg(target_os = "linux")]
    if let Ok(cores) = rustix::thread::sched_getaffinity(None) {
        let mut may_use = (0..rustix::thread::CpuSet::MAX_CPU).filter(|core| cores.is_set(*core));
        let first = may_use.next().unwrap_or_default();
        return (first, may_use.next_back().unwrap_or(first));
    }
    (0, 0)
}

/// Asks for leave to have that many files and sockets open, as far as the system lets it.
pub fn allow_files(count: u64) {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
        let limit = getrlimit(Resource::Nofile);
        let current = Some(limit.maximum.map_or(count, |maximum| maximum.min(count)));
        if limit.current.is_some_and(|now| Some(now) < current) {
            // What lacks files then says so.
            let _ = setrlimit(Resource::Nofile, Rlimit { current, ..limit });
        }
    }
    #[cfg(not(unix))]
    let _ = count;
}

/// The most memory this process ever had, in bytes.
#[must_use]
pub fn peak_memory() -> usize {
    status("VmHWM:") << 10
}

/// The memory this process has now, in bytes.
#[must_use]
pub fn memory() -> usize {
    status("VmRSS:") << 10
}

/// How many threads this process has.
#[must_use]
pub fn threads() -> usize {
    status("Threads:")
}

/// How many sockets this process has open.
#[must_use]
pub fn sockets() -> usize {
    let Ok(files) = std::fs::read_dir("/proc/self/fd") else {
        return 0;
    };
    files
        .filter_map(|file| std::fs::read_link(file.ok()?.path()).ok())
        .filter(|target| target.to_string_lossy().starts_with("socket:"))
        .count()
}

fn status(name: &str) -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default();
    line.split_whitespace().next().and_then(|number| number.parse().ok()).unwrap_or_default()
}
