//! Deserializes JSON bodies, serializes them again and prints the differences.
//!
//! Each body has the type of its operation.

use std::io::{self, BufRead, Write};
use std::process::ExitCode;

use serde::Deserialize;
use serde_json::value::RawValue;
use telnyx_ai_tests::contract::Contract;
use telnyx_ai_tests::operations::{Typed, differences};

const HELP: &str = "\
Reads JSON bodies into the types of their operations, writes them back and tells what is not the same.

Usage: roundtrip < BODIES

Each line of standard input is one body:
    {\"op\": \"POST /ai/assistants\", \"part\": \"request\" or \"response\", \"kind\": \"min\", \"n\": 0, \"body\": ...}

Each body that comes back changed, or was not wholly understood, is a line of the output that names the paths. The last
line counts them:
    same      what was written back is the same JSON (28 and 28.0 are the same number)
    differ    it is not, or the body could not be read
    untyped   a field, a value of an enum or a member of a union was kept but not understood (where the contract lets
              any text stand, every text is understood); these bodies are among those that are the same or differ
    skipped   no crate has the operation, or no type for that part of it

The exit code is 1 where a body differs and 2 where a line is not of this form.";

/// A line of the input. Its body stays text until the type deserializes it.
#[derive(Deserialize)]
struct Line<'l> {
    op: String,
    part: String,
    kind: String,
    n: u64,
    #[serde(borrow)]
    body: &'l RawValue,
}

#[derive(Default)]
struct Counts {
    same: usize,
    differ: usize,
    untyped: usize,
    skipped: usize,
}

fn main() -> ExitCode {
    if std::env::args().len() > 1 {
        println!("{HELP}");
        return ExitCode::SUCCESS;
    }
    let mut counts = Counts::default();
    let contract = Contract::load();
    let mut out = io::stdout().lock();
    for (number, line) in (1..).zip(io::stdin().lock().lines()) {
        let result = line.and_then(|line| check(&line, &contract, &mut counts, &mut out));
        if let Err(error) = result {
            eprintln!("line {number}: {error}");
            return ExitCode::from(2);
        }
    }
    let Counts { same, differ, untyped, skipped } = counts;
    println!("{same} same, {differ} differ, {untyped} untyped, {skipped} skipped");
    if differ == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn check(line: &str, contract: &Contract, counts: &mut Counts, out: &mut impl Write) -> io::Result<()> {
    if line.trim().is_empty() {
        return Ok(());
    }
    let Line { op, part, kind, n, body } = serde_json::from_str(line)?;
    let part_of = |operation: &Typed| match part.as_str() {
        "request" => Some((operation.request?, contract.operation(&op).request.as_ref()?)),
        "response" => Some((operation.response?, contract.operation(&op).response.as_ref()?)),
        _ => None,
    };
    let Some((round_trip, schema)) = Typed::find(&op).and_then(part_of) else {
        counts.skipped += 1;
        return writeln!(out, "skipped: {op} {part} {kind} {n}");
    };
    let mut trip = match round_trip(body.get()) {
        Ok(trip) => trip,
        Err(error) => {
            counts.differ += 1;
            return writeln!(out, "differs: {op} {part} {kind} {n}: cannot deserialize: {error}");
        }
    };
    let body = serde_json::from_str(body.get())?;
    let differences = differences(&body, &trip.written);
    if differences.is_empty() {
        counts.same += 1;
    } else {
        counts.differ += 1;
        writeln!(out, "differs: {op} {part} {kind} {n}: {}", differences.join("; "))?;
    }
    let free = contract.free_texts(schema, &body);
    trip.unknown.retain(|path| !free.contains(path));
    if !trip.unknown.is_empty() {
        counts.untyped += 1;
        writeln!(out, "untyped: {op} {part} {kind} {n}: {}", trip.unknown.join(", "))?;
    }
    Ok(())
}
