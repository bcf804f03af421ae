//! The memory of smaller jobs than those that `memory` runs by default.
//!
//! The bounds per part are the same.

use std::process::Command;

#[test]
fn memory_of_jobs_is_within_the_bounds() {
    let output = Command::new(env!("CARGO_BIN_EXE_memory")).arg("--quick").output().unwrap();
    let (stdout, problem) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{stdout}{problem}");
}
