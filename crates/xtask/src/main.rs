//! Tools for maintainers; see `--help`.

use std::fmt::Display;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{fs, io::Write};

use clap::{Parser, ValueEnum};
use xtask::accepted::Accepted;
use xtask::api::Api;
use xtask::compare::{Rules, compare};
use xtask::details::add_details;
use xtask::scope::Scope;
use xtask::tables::{self, Table};
use xtask::{cargo, contract, oldest_rust, openapi, public_dependencies, report, source};

/// The root of the workspace.
const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");

/// The contract of the workspace.
const CONTRACT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/contract/wire.json");

/// The paths that the workspace covers.
const SCOPE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/scope.txt");

/// Tools for maintainers.
#[derive(Parser)]
#[command(name = "xtask", arg_required_else_help = true)]
enum Command {
    /// Compares an OpenAPI document with the contract.
    ///
    /// Exit status: 0 without drift, 1 with drift or stale lines in the file of accepted differences, 2 if a file
    /// cannot be read. Changed limits and defaults are listed, but do not count as drift.
    Drift {
        /// The OpenAPI 3 document, in JSON or YAML.
        spec: PathBuf,
        /// The format of the report.
        #[arg(long, value_enum, default_value_t)]
        format: Format,
        /// A file of accepted differences: lines of the text report, each followed by ` # ` and the reason. `*` matches
        /// any text.
        #[arg(long, value_name = "FILE")]
        ignore: Option<PathBuf>,
        /// The contract to compare with.
        #[arg(long, value_name = "FILE", default_value = CONTRACT, hide_default_value = true)]
        contract: PathBuf,
        /// A file of path prefixes, one per line. Other paths are ignored. Default: crates/xtask/scope.txt.
        #[arg(long, value_name = "FILE", default_value = SCOPE, hide_default_value = true)]
        scope: PathBuf,
    },
    /// Writes the contract: an OpenAPI document without descriptions.
    Contract {
        /// The OpenAPI 3 document, in JSON or YAML.
        spec: PathBuf,
        /// The file to write, or `-` for the standard output. Default: the contract.
        #[arg(long, value_name = "FILE", default_value = CONTRACT, hide_default_value = true)]
        output: PathBuf,
        /// A file of path prefixes, one per line. Other paths are ignored. Default: crates/xtask/scope.txt.
        #[arg(long, value_name = "FILE", default_value = SCOPE, hide_default_value = true)]
        scope: PathBuf,
    },
    /// Writes the tables of operations and types in docs, the guide, the tests and the command line.
    ///
    /// With `--check`, the exit status is 0 if all tables are current, and 1 otherwise.
    Tables {
        /// Writes nothing and lists the files with an outdated table.
        #[arg(long)]
        check: bool,
        /// The root of the workspace. Default: this one.
        #[arg(long, value_name = "FOLDER", default_value = ROOT, hide_default_value = true)]
        root: PathBuf,
    },
    /// Checks which other crates appear in the public items of a library.
    ///
    /// `allowed` in `[package.metadata.public-dependencies]` of its `Cargo.toml` lists these crates. Exit status: 0 if
    /// the list is correct, 1 otherwise.
    PublicDependencies {
        /// The library.
        #[arg(default_value = "telnyx-ai-core")]
        package: String,
    },
    /// Checks that no dependency requires a newer Rust than the `rust-version` of the workspace.
    OldestRust,
}

#[derive(Clone, Copy, Default, ValueEnum)]
enum Format {
    #[default]
    Text,
    Markdown,
    Json,
}

fn main() -> ExitCode {
    let done = match Command::parse() {
        Command::Drift { spec, format, ignore, contract, scope } => {
            drift(&spec, format, ignore.as_deref(), &contract, &scope)
        }
        Command::Contract { spec, output, scope } => write_contract(&spec, &output, &scope),
        Command::Tables { check, root } => write_tables(&root, check),
        Command::PublicDependencies { package } => check_public_dependencies(&package),
        Command::OldestRust => cargo::metadata().and_then(|metadata| verdict(&oldest_rust::too_new(&metadata))),
    };
    done.unwrap_or_else(|message| {
        eprintln!("error: {message}");
        ExitCode::from(2)
    })
}

fn drift(
    spec: &Path,
    format: Format,
    ignore: Option<&Path>,
    contract: &Path,
    scope: &Path,
) -> Result<ExitCode, String> {
    let accepted = match ignore {
        None => Accepted::default(),
        Some(file) => parsed(file, Accepted::parse)?,
    };
    let scope = parsed(scope, Scope::parse)?;
    let (contract, document) = (read(contract, &scope)?, read(spec, &scope)?);
    let mut left = accepted.apply(compare(&contract, &document, Rules::Document));
    add_details(&mut left.differences, &contract, &document);
    print(&match format {
        Format::Text => report::text(&left),
        Format::Markdown => report::markdown(&left),
        Format::Json => report::json(&left),
    })?;
    Ok(if left.is_clean() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn write_contract(spec: &Path, output: &Path, scope: &Path) -> Result<ExitCode, String> {
    let text = contract::text(&read(spec, &parsed(scope, Scope::parse)?)?);
    if output == Path::new("-") {
        print(&text)?;
    } else {
        fs::write(output, text).map_err(|why| format!("cannot write {}: {why}", output.display()))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn write_tables(root: &Path, check: bool) -> Result<ExitCode, String> {
    let tables = tables::tables(root)?;
    let stale: Vec<_> = tables.into_iter().filter(|table| table.text != table.wanted).collect();
    if check {
        let problem =
            |table: &Table| format!("{}: a table is outdated; run `cargo run -p xtask -- tables`", table.file);
        return verdict(&stale.iter().map(problem).collect::<Vec<_>>());
    }
    for table in stale {
        fs::write(root.join(table.file), table.wanted).map_err(|why| format!("cannot write {}: {why}", table.file))?;
        print(&format!("written: {}\n", table.file))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn check_public_dependencies(package: &str) -> Result<ExitCode, String> {
    let metadata = cargo::metadata()?;
    let packages = metadata["packages"].as_array().into_iter().flatten();
    let Some(manifest) = packages.into_iter().find(|known| known["name"] == package && known["source"].is_null())
    else {
        return Err(format!("the workspace has no package {package}"));
    };
    let Some(allowed) = manifest["metadata"]["public-dependencies"]["allowed"].as_array() else {
        return Err(format!("{package} has no list; add `[package.metadata.public-dependencies] allowed = […]`"));
    };
    let allowed = allowed.iter().filter_map(|name| Some(name.as_str()?.to_owned())).collect();
    let shown = public_dependencies::public_crates(&cargo::documented(&metadata, package)?);
    verdict(&public_dependencies::problems(&shown, &allowed))
}

fn verdict(problems: &[String]) -> Result<ExitCode, String> {
    print(&problems.iter().map(|problem| format!("{problem}\n")).collect::<String>())?;
    Ok(if problems.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Reads the part of an OpenAPI document that the scope covers.
fn read(file: &Path, scope: &Scope) -> Result<Api, String> {
    let document = source::read(file).map_err(|error| error.to_string())?;
    let api = openapi::read(&document, |path| scope.covers(path)).map_err(|error| about(file, error))?;
    if api.operations.is_empty() {
        return Err(about(file, format!("the document has no path below {scope}")));
    }
    Ok(api)
}

/// Parses a file line by line. Errors name the line.
fn parsed<T>(file: &Path, parse: fn(&str) -> Result<T, (usize, String)>) -> Result<T, String> {
    let text = fs::read_to_string(file).map_err(|why| format!("cannot read {}: {why}", file.display()))?;
    parse(&text).map_err(|(line, why)| format!("{}:{line}: {why}", file.display()))
}

fn about(file: &Path, error: impl Display) -> String {
    format!("{}: {error}", file.display())
}

/// Prints a text. A closed pipe is not an error.
fn print(text: &str) -> Result<(), String> {
    match std::io::stdout().write_all(text.as_bytes()) {
        Err(why) if why.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(format!("cannot write to the standard output: {why}"))
        }
        _ => Ok(()),
    }
}
