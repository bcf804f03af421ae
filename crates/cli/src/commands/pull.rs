//! `telnyx-ai pull`

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use serde_json::json;

use crate::args::{Global, Pull};
use crate::failure::Failure;
use crate::output::{Output, Severity, counted};
use crate::plan::Action;
use crate::project::{MAX_BYTES, file_of};
use crate::pull::{self, SecretNames, address_for};
use crate::references::dependencies;
use crate::resources::{Account, Address, Kind, Live};
use crate::session::Session;
use crate::state::{Entry, write_atomically};

#[derive(Default)]
struct Done {
    pulled: Vec<Address>,
    written: Vec<String>,
    removed: Vec<String>,
    /// The resources whose files are left alone: they have changes that are not applied, or other files refer to them.
    kept: Vec<Address>,
    /// The secrets that the pulled files refer to.
    secrets: BTreeSet<String>,
    /// The reasons for which resources were skipped.
    problems: Vec<String>,
}

pub(crate) async fn run(global: &Global, args: &Pull, output: &Output) -> Result<(), Failure> {
    let (mut session, _lock) = Session::open_locked(global, output)?;
    let diagnostics = session.project.diagnostics.iter();
    let errors: Vec<_> = diagnostics.filter(|found| found.severity == Severity::Error).cloned().collect();
    if !errors.is_empty() {
        return Err(Failure::Files(errors));
    }
    let account = session.account(false).await?;
    let mut done = Done::default();
    let mut selection = select(&session, &account, args)?;
    // The KEY of a missing resource confirms that it was deleted.
    if args.keys.is_empty() || !selection.live.is_empty() {
        session.check_account()?;
    }
    check_edits(&session, &selection.gone)?;
    if args.keys.is_empty() && !args.all {
        keep_edited(&mut session, &account, &mut selection, &mut done).await?;
    }
    if selection.live.is_empty() && selection.gone.is_empty() && done.kept.is_empty() {
        output.message(
            "No resource is managed yet; `telnyx-ai pull --all` writes all resources of the account into files.",
        );
    }
    keep_used(&session, &mut selection.gone, &selection.live.keys().cloned().collect(), &mut done);
    write_live(&mut session, &selection, &mut done)?;
    keep_used(&session, &mut selection.gone, &done.pulled.iter().cloned().collect(), &mut done);
    remove_gone(&mut session, &selection.gone, &mut done)?;
    session.file.save()?;
    report(&session, done, output)
}

/// Fails if it is probably another account, and a missing resource has work that would be lost.
fn check_edits(session: &Session<'_>, gone: &[Address]) -> Result<(), Failure> {
    let why = |address: &Address| match session.state().creating.contains_key(address) {
        true => Some("its creation was interrupted"),
        false => session.has_edits(address).then_some("it has changes that are not applied; delete it to discard them"),
    };
    let kept = gone.iter().find_map(|address| Some((address, why(address)?)));
    let Some((missing, (address, why))) = session.missing.as_ref().zip(kept) else { return Ok(()) };
    Err(Failure::new(format!(
        "{missing}. {} is kept: {why}. If this is the right account, `telnyx-ai apply {address} --overwrite-drift` creates {address} again. Nothing was changed",
        session.path_of(address)
    )))
}

/// Leaves out the resources that changed in the files only, and those that were deleted elsewhere and changed in the files.
async fn keep_edited(
    session: &mut Session<'_>,
    account: &Account,
    selection: &mut Selection<'_>,
    done: &mut Done,
) -> Result<(), Failure> {
    let plan = session.plan(account, &BTreeSet::new(), false).await?;
    let graph = session.project.graph();
    let gone = selection.gone.clone();
    for change in plan.changes.iter().filter(|change| !change.is_drift) {
        let address = &change.address;
        let refers_to_gone = graph.get(address).is_some_and(|targets| gone.iter().any(|it| targets.contains_key(it)));
        if refers_to_gone && !session.has_edits(address) {
            continue;
        }
        let path = session.path_of(address);
        let message = match change.action {
            Action::Update => {
                format!("kept {path}: it has changes that are not applied; `telnyx-ai pull {address}` discards them")
            }
            Action::Delete => {
                format!("not written: {path}: the file was deleted; `telnyx-ai pull {address}` restores it")
            }
            Action::Create | Action::None => continue,
        };
        session.output.message(&message);
        selection.live.remove(address);
        done.kept.push(address.clone());
    }
    for address in selection.gone.extract_if(.., |address| session.has_edits(address)) {
        session.output.message(&format!(
            "kept {}: the resource was deleted elsewhere, but the file has changes that are not applied; `telnyx-ai apply {address} --overwrite-drift` creates it again, `telnyx-ai pull {address}` removes the file",
            session.path_of(&address)
        ));
        done.kept.push(address);
    }
    // The API removes a deleted tool from its assistants. If its file is kept, the references to it are kept too.
    let is_removed = |target: &&Address| matches!(target.kind, Kind::Tools | Kind::McpServers) && gone.contains(target);
    let names = session.state().names();
    loop {
        keep_used(session, &mut selection.gone, &selection.live.keys().cloned().collect(), done);
        let drifted = plan.changes.iter().filter(|change| change.is_drift).map(|change| &change.address);
        let user = drifted.filter(|user| selection.live.contains_key(user)).find_map(|user| {
            let left = dependencies(user, &names.referenced(user.kind, &selection.live.get(user)?.content));
            let mut targets = graph.get(user)?.keys().filter(is_removed).filter(|target| !left.contains_key(target));
            Some((user, targets.find(|target| !selection.gone.contains(target))?))
        });
        let Some((user, target)) = user else { return Ok(()) };
        session.output.message(&format!(
            "kept {}: it refers to {target}, whose file is kept; `telnyx-ai pull {user}` removes the reference",
            session.path_of(user)
        ));
        selection.live.remove(user);
        done.kept.push(user.clone());
    }
}

/// Leaves out the deleted resources that files outside of `pulled` refer to, so that no reference is left without its file.
fn keep_used(session: &Session<'_>, gone: &mut Vec<Address>, pulled: &BTreeSet<Address>, done: &mut Done) {
    let graph = session.project.graph();
    let used = |gone: &[Address]| {
        let mut left = graph.iter().filter(|(address, _)| !pulled.contains(*address) && !gone.contains(address));
        left.find_map(|(user, targets)| Some((gone.iter().position(|target| targets.contains_key(target))?, user)))
    };
    while let Some((n, user)) = used(gone) {
        let target = gone.remove(n);
        session.output.message(&format!(
            "kept {}: the resource was deleted elsewhere, but {} refers to it; remove this reference and pull again",
            session.path_of(&target),
            session.path_of(user)
        ));
        done.kept.push(target);
    }
}

/// Writes live resources into files, and into the state in memory.
fn write_live(session: &mut Session<'_>, selection: &Selection<'_>, done: &mut Done) -> Result<(), Failure> {
    let mut names = session.state().names();
    for (address, live) in &selection.live {
        names.insert(&live.id, address.clone());
    }
    let id_of = |address: &Address| Some((address.clone(), session.state().id(address)?.to_owned()));
    let gone: BTreeMap<Address, String> = selection.gone.iter().filter_map(id_of).collect();
    for id in gone.values() {
        names.remove(id);
    }
    let mut secret_names = SecretNames::of(&session.project, session.state());
    let mut graph = session.project.graph();
    for (address, live) in &selection.live {
        let secrets = session.output.secrets();
        secrets.keep(address.to_string());
        secrets.keep(file_of(address));
        graph
            .entry(address.clone())
            .or_insert_with(|| dependencies(address, &names.referenced(address.kind, &live.content)));
    }
    for (address, live) in &selection.live {
        let pull = pull::Pull {
            project: &session.project,
            environment: &session.environment,
            state: session.state(),
            names: &names,
            gone: &gone,
        };
        let pulled = match pull.resource(address, live, &mut secret_names, &mut graph) {
            Ok(pulled) => pulled,
            Err(problems) => {
                done.problems.extend(problems);
                continue;
            }
        };
        if let Some((path, text)) = pulled.edited.files.iter().find(|(_, text)| text.len() as u64 > MAX_BYTES) {
            done.problems.push(format!(
                "cannot pull {address}: {path} would have {} bytes, and at most {MAX_BYTES} are read",
                text.len()
            ));
            continue;
        }
        if pulled.merged.discards_edits {
            warn_discarded(session, address);
        }
        let path = session.path_of(address);
        for (at, file) in &pulled.edited.moved_texts {
            session.output.message(&format!("{path}: `{at}` no longer refers to {file}, because other fields do"));
        }
        for (at, variables) in &pulled.merged.lost_variables {
            let names: Vec<_> = variables.iter().map(|name| format!("${{var.{name}}}")).collect();
            session.output.warning(&format!(
                "{path}: the live value of `{at}` does not contain the value of {}; it is written without the reference",
                names.join(" and ")
            ));
        }
        for secret in &pulled.merged.differing_secrets {
            let (at, names) = (&secret.at, secret.names.join(" and "));
            session.output.warning(&format!(
                "{path}: the live value of `{at}` is not the value of the variable {names}; set {names} to the live value, or run `telnyx-ai apply {address} --overwrite-drift` to replace the live value"
            ));
        }
        if pulled.edited.loses_comments {
            session.output.warning(&format!("{path} loses comments or anchors; compare it with the version before"));
        }
        for at in pulled.secret_urls.iter().filter(|_| !pulled.edited.files.is_empty()) {
            session.output.warning(&format!(
                "{path}: the URL of `{at}` contains a secret; write `${{secret.NAME}}` in its place, and set the variable NAME to it"
            ));
        }
        for (path, text) in &pulled.edited.files {
            write_atomically(&session.project.dir.join(path), text.as_bytes())?;
            done.written.push(path.clone());
        }
        done.secrets.extend(pulled.secrets);
        let state = &mut session.file.state;
        state.creating.remove(address);
        let entry = state
            .resources
            .entry(address.clone())
            .or_insert_with(|| Entry::new(&live.id, pulled.snapshot.clone()).into());
        entry.updating = None;
        entry.candidate.take_if(|candidate| candidate.version_id == live.version_id);
        if !entry.last.is_same(&pulled.snapshot) {
            entry.set_last(pulled.snapshot);
        }
        done.pulled.push(address.clone());
    }
    Ok(())
}

/// Removes the files of resources that were deleted elsewhere.
fn remove_gone(session: &mut Session<'_>, gone: &[Address], done: &mut Done) -> Result<(), Failure> {
    for address in gone {
        if session.has_edits(address) {
            warn_discarded(session, address);
        }
        if let Some(resource) = session.project.resources.get(address) {
            let path = resource.source.path().to_owned();
            fs::remove_file(session.project.dir.join(&path))
                .map_err(|error| Failure::new(format!("cannot remove {path}: {error}")))?;
            done.removed.push(path);
        }
        session.file.state.forget(address);
    }
    Ok(())
}

fn warn_discarded(session: &Session<'_>, address: &Address) {
    let path = session.path_of(address);
    session.output.warning(&format!("{path} and its text files: changes that were not applied are discarded"));
}

fn report(session: &Session<'_>, done: Done, output: &Output) -> Result<(), Failure> {
    let unset: Vec<&String> = done.secrets.iter().filter(|name| crate::state::secret(name).is_none()).collect();
    let document = json!({
        "environment": session.environment.name,
        "resources": done.pulled,
        "written": done.written,
        "removed": done.removed,
        "kept": done.kept,
        "secrets": done.secrets,
        "unset_secrets": unset,
    });
    for path in &done.written {
        output.message(&format!("written: {path}"));
    }
    for path in &done.removed {
        output.message(&format!("removed: {path} (the resource was deleted elsewhere)"));
    }
    if !unset.is_empty() {
        output.result("Secrets are not written into files. Set these variables before you apply a change of them:");
        for name in &unset {
            output.result(&format!("  {name}"));
        }
    }
    output.result(&format!(
        "Pulled {}, wrote {}.",
        counted(done.pulled.len(), "resource"),
        counted(done.written.len(), "file")
    ));
    if done.problems.is_empty() {
        output.document(&document);
        return Ok(());
    }
    Err(Failure::new(done.problems.join("\n")).reported(document, output))
}

#[derive(Default)]
struct Selection<'a> {
    live: BTreeMap<Address, &'a Live>,
    /// Managed resources that no longer exist.
    gone: Vec<Address>,
}

fn select<'a>(session: &Session<'_>, account: &'a Account, args: &Pull) -> Result<Selection<'a>, Failure> {
    let state = session.state();
    let known: BTreeSet<&Address> = state.resources.keys().chain(session.project.resources.keys()).collect();
    for key in args.keys.iter().filter(|key| known.iter().filter(|address| address.key == **key).count() > 1) {
        session.address(key, None)?;
    }
    let mut selection = Selection::default();
    let mut missing: BTreeSet<&String> = args.keys.iter().collect();
    let mut wants = |address: &Address, id: &str| {
        // The last part of an address names the resource of the project, not one that is created elsewhere.
        let is_meant = known.contains(address) || !known.iter().any(|other| other.key == address.key);
        let named = |key: &String| *key == address.to_string() || key == id || is_meant && *key == address.key;
        missing.retain(|key| !named(key));
        args.keys.is_empty() || args.keys.iter().any(named)
    };
    for (address, entry) in &state.resources {
        if wants(address, &entry.id) {
            match account.get(address.kind, &entry.id) {
                Some(live) => {
                    selection.live.insert(address.clone(), live);
                }
                None => selection.gone.push(address.clone()),
            }
        }
    }
    let mut others: Vec<&Live> = account.all().filter(|live| state.address_of(live.kind, &live.id).is_none()).collect();
    others.sort_by(|a, b| (a.kind, &a.created_at, &a.id).cmp(&(b.kind, &b.created_at, &b.id)));
    let mut taken = BTreeSet::new();
    for live in others {
        let address = address_for(&session.project, state, live, &taken);
        taken.insert(address.clone());
        let is_wanted = wants(&address, &live.id);
        if is_wanted && (args.adopt || args.all) {
            selection.live.insert(address, live);
        } else if is_wanted && !args.keys.is_empty() {
            return Err(Failure::new(format!(
                "{address} ({}) is not managed by this project; pass `--adopt` to manage it",
                live.id
            )));
        }
    }
    let Some(key) = missing.first() else { return Ok(selection) };
    let is_named = |address: &&Address| address.key == **key || address.to_string() == **key;
    match session.project.resources.keys().find(is_named) {
        Some(address) => session.id(address).map(|_| selection),
        None => Err(Failure::new(format!(
            "the environment {} has no resource `{key}`; `telnyx-ai list` lists the resources",
            session.environment.name
        ))),
    }
}
