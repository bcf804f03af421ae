//! The maintainer's tools; `--help` tells of each.

use std::fmt::Display;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{fs, io::Write};

use clap::{Parser, ValueEnum};
use xtask::accepted::Accepted;
use xtask::api::{Api, part_of};
use xtask::compare::{Rules, compare};
use xtask::{cargo, facts, oldest_rust, openapi, public_dependencies, report, source};

/// The contract that comes with the workspace.
const CONTRACT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/contract/wire.json");

/// The maintainer's tools.
#[derive(Parser)]
#[command(name = "xtask", arg_required_else_help = true)]
enum Command {
    /// Tells what an OpenAPI document has otherwise than the contract, and so than the crates.
    ///
    /// Only the paths below those of the contract are looked at. Exit status: 0 without drift, 1 with drift or stale
    /// lines in the file of accepted differences, 2 where a file can not be read.
    Drift {
        /// The OpenAPI 3 document, in JSON or YAML.
        spec: PathBuf,
        /// How to tell it.
        #[arg(long, value_enum, default_value_t)]
        format: Format,
        /// A file of accepted differences: a line of the text report each, then ` # ` and the reason; `*` is any text.
        #[arg(long, value_name = "FILE")]
        ignore: Option<PathBuf>,
        /// What to compare with.
        #[arg(long, value_name = "FILE", default_value = CONTRACT, hide_default_value = true)]
        contract: PathBuf,
    },
    /// Writes the contract anew, as the facts of an OpenAPI document.
    Contract {
        /// The OpenAPI 3 document, in JSON or YAML.
        spec: PathBuf,
        /// Where to write; the contract itself where it is not said, and `-` is the standard output.
        #[arg(long, value_name = "FILE", default_value = CONTRACT, hide_default_value = true)]
        output: PathBuf,
    },
    /// Checks what a library shows of other crates in its public items.
    ///
    /// The crates that it may show stand in its `Cargo.toml`, as `allowed` below `[package.metadata.public-dependencies]`.
    /// Exit status: 0 where they are those that are shown, 1 otherwise.
    PublicDependencies {
        /// The library.
        #[arg(default_value = "telnyx-ai-core")]
        package: String,
    },
    /// Checks that nothing in the workspace's dependencies asks for a newer Rust than the workspace promises.
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
        Command::Drift { spec, format, ignore, contract } => drift(&spec, format, ignore.as_deref(), &contract),
        Command::Contract { spec, output } => write_contract(&spec, &output),
        Command::PublicDependencies { package } => check_public_dependencies(&package),
        Command::OldestRust => cargo::metadata().and_then(|metadata| verdict(&oldest_rust::too_new(&metadata))),
    };
    done.unwrap_or_else(|message| {
        eprintln!("error: {message}");
        ExitCode::from(2)
    })
}

fn drift(spec: &Path, format: Format, ignore: Option<&Path>, contract: &Path) -> Result<ExitCode, String> {
    let accepted = match ignore {
        None => Accepted::default(),
        Some(file) => {
            let text = fs::read_to_string(file).map_err(|why| format!("can not read {}: {why}", file.display()))?;
            Accepted::parse(&text).map_err(|(line, why)| format!("{}:{line}: {why}", file.display()))?
        }
    };
    let contract = read(contract, |_| true)?;
    let parts = contract.parts();
    let document = read(spec, |path| parts.contains(&part_of(path)))?;
    if document.operations.is_empty() {
        let parts: Vec<_> = parts.iter().map(String::as_str).collect();
        return Err(format!("{}: it has no path below {}", spec.display(), parts.join(", ")));
    }
    let left = accepted.apply(compare(&contract, &document, Rules::Document));
    print(&match format {
        Format::Text => report::text(&left),
        Format::Markdown => report::markdown(&left),
        Format::Json => report::json(&left),
    })?;
    let clean = left.differences.is_empty() && left.stale.is_empty();
    Ok(if clean { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Takes from the document what the contract's paths lie below.
fn write_contract(spec: &Path, output: &Path) -> Result<ExitCode, String> {
    let parts = read(Path::new(CONTRACT), |_| true)?.parts();
    let facts = facts::text(&read(spec, |path| parts.contains(&part_of(path)))?);
    if output == Path::new("-") {
        print(&facts)?;
    } else {
        fs::write(output, facts).map_err(|why| format!("can not write {}: {why}", output.display()))?;
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
        return Err(format!("{package} has no list: write `[package.metadata.public-dependencies] allowed = […]`"));
    };
    let allowed = allowed.iter().filter_map(|name| Some(name.as_str()?.to_owned())).collect();
    let shown = public_dependencies::shown(&cargo::documented(&metadata, package)?);
    verdict(&public_dependencies::problems(&shown, &allowed))
}

fn verdict(problems: &[String]) -> Result<ExitCode, String> {
    print(&problems.iter().map(|problem| format!("{problem}\n")).collect::<String>())?;
    Ok(if problems.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn read(file: &Path, keep: impl Fn(&str) -> bool) -> Result<Api, String> {
    let document = source::read(file).map_err(|error| error.to_string())?;
    openapi::read(&document, keep).map_err(|error| about(file, error))
}

fn about(file: &Path, error: impl Display) -> String {
    format!("{}: {error}", file.display())
}

/// A reader that went away early is no failure.
fn print(text: &str) -> Result<(), String> {
    match std::io::stdout().write_all(text.as_bytes()) {
        Err(why) if why.kind() != std::io::ErrorKind::BrokenPipe => Err(format!("can not write: {why}")),
        _ => Ok(()),
    }
}
