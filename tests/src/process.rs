//! The resource usage of this process. It is 0 if the system does not provide it.

use std::time::Duration;

/// The CPU time of all threads of this process so far.
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

/// Pins this thread and its future child threads to a core.
///
/// This keeps scheduling from affecting measurements.
pub fn stay_on(core: usize) {
    #[cfg(target_os = "linux")]
    {
        let mut cores = rustix::thread::CpuSet::new();
        cores.set(core);
        // Pinning is optional.
        let _ = rustix::thread::sched_setaffinity(None, &cores);
    }
    #[cfg(not(target_os = "linux"))]
    let _ = core;
}

/// The first and the last core that this process can use.
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

/// Raises the limit of open files and sockets, as far as the system allows.
pub fn allow_files(count: u64) {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
        let limit = getrlimit(Resource::Nofile);
        let current = Some(limit.maximum.map_or(count, |maximum| maximum.min(count)));
        if limit.current.is_some_and(|now| Some(now) < current) {
            // Opening too many files fails later.
            let _ = setrlimit(Resource::Nofile, Rlimit { current, ..limit });
        }
    }
    #[cfg(not(unix))]
    let _ = count;
}

/// The peak memory of this process, in bytes.
#[must_use]
pub fn peak_memory() -> usize {
    status("VmHWM:") << 10
}

/// The current memory of this process, in bytes.
#[must_use]
pub fn memory() -> usize {
    status("VmRSS:") << 10
}

/// The number of threads of this process.
#[must_use]
pub fn threads() -> usize {
    status("Threads:")
}

/// The number of open sockets of this process.
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
