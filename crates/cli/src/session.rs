//! The start of most commands: a project, an environment, its state, and a client.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use futures_util::{StreamExt, TryStreamExt, stream};
use serde_json::Value;
use telnyx_ai::prelude::*;
use telnyx_ai::versions::CanaryDeploy;
use telnyx_ai::{Client, Telnyx};

use crate::args::Global;
use crate::closest::did_you_mean;
use crate::compare::is_same;
use crate::failure::{Failure, client_failure, message_of};
use crate::output::{Output, Severity};
use crate::plan::{self, Plan};
use crate::project::{API_KEY_ENV, Environment, Project, file_of};
use crate::recover;
use crate::references::secrets_in;
use crate::resources::{Account, Address, Kind, Live, PAGE_SIZE, found};
use crate::state::{Lock, Snapshot, State, StateFile};
use crate::validate;

/// The maximum number of requests in flight.
pub(crate) const CONCURRENCY: usize = 8;

/// The maximum number of retries of a request. Rate limits cause some.
const RETRIES: u32 = 5;

pub(crate) struct Session<'o> {
    pub(crate) project: Project,
    pub(crate) environment: Environment,
    pub(crate) file: StateFile,
    pub(crate) output: &'o Output,
    telnyx: OnceCell<Telnyx>,
    /// The states of all environments. They show which unknown fields the API has.
    states: Vec<StateFile>,
    /// Whether the state in memory differs from the file: an interrupted apply could not store something, or secrets are hidden.
    pub(crate) is_changed: bool,
    /// The error message if it is probably another account, once the account was read.
    pub(crate) missing: Option<String>,
}

/// The chosen environment. Fails if there are errors in `telnyx-ai.yaml`.
fn environment(global: &Global) -> Result<Environment, Failure> {
    let (config, errors) = Project::load_config(&global.dir)?;
    if !errors.is_empty() {
        return Err(Failure::Files(errors));
    }
    config.environment(global.env.as_deref()).cloned().map_err(Failure::Error)
}

impl<'o> Session<'o> {
    /// Reads the project and the state. Errors in resource files are found by [`check_files`](Self::check_files).
    pub(crate) fn open(global: &Global, output: &'o Output) -> Result<Self, Failure> {
        let environment = environment(global)?;
        let project = Project::load(&global.dir)?;
        let mut file = StateFile::open(&global.dir, &environment.name)?;
        for resource in project.resources.values() {
            for name in secrets_in(&resource.content) {
                if let Some(value) = crate::state::secret(&name) {
                    output.secrets().register(&name, &value);
                }
                file.state.secret_names.insert(name);
            }
        }
        if environment.api_key_env != API_KEY_ENV {
            output.name_api_key(&environment.api_key_env);
        }
        if let Ok(key) = std::env::var(&environment.api_key_env) {
            output.secrets().register_key(&environment.api_key_env, key.trim());
        }
        let has_hidden = file.state.hide_secrets();
        for address in project.resources.keys().chain(file.state.resources.keys()) {
            output.secrets().keep(address.to_string());
            output.secrets().keep(file_of(address));
        }
        let states =
            project.config.environments.keys().filter_map(|name| StateFile::open(&global.dir, name).ok()).collect();
        let telnyx = OnceCell::new();
        Ok(Self { project, environment, file, output, telnyx, states, is_changed: has_hidden, missing: None })
    }

    /// The same, for a command that writes the state: other processes cannot until the lock is dropped.
    pub(crate) fn open_locked(global: &Global, output: &'o Output) -> Result<(Self, Lock), Failure> {
        let lock = StateFile::lock_state(&global.dir, &environment(global)?.name, Duration::ZERO)?;
        Ok((Self::open(global, output)?, lock))
    }

    pub(crate) const fn state(&self) -> &State {
        &self.file.state
    }

    /// The file of a resource, or the path that it would have.
    pub(crate) fn path_of(&self, address: &Address) -> String {
        let resource = self.project.resources.get(address);
        resource.map_or_else(|| file_of(address), |resource| resource.source.path().to_owned())
    }

    /// Whether the file of a managed resource has changes that are not applied.
    pub(crate) fn has_edits(&self, address: &Address) -> bool {
        self.state().resources.get(address).is_some_and(|entry| self.differs(address, &entry.last))
    }

    /// Whether the file of a resource differs from the content that was applied. A resource without a file does not.
    pub(crate) fn differs(&self, address: &Address, last: &Snapshot) -> bool {
        let state = self.state();
        let Some(resource) = self.project.resources.get(address) else { return false };
        let names = state.names();
        let content =
            |content: &Value| plan::without_write_only(address.kind, &names.referenced(address.kind, content));
        let file = state.without_literals(address.kind, &validate::content_in(resource, &self.environment));
        !is_same(&content(&file), &content(&last.applied))
    }

    /// Fails if there are errors in the files, and prints the warnings with `--verbose`.
    pub(crate) fn check_files(&self) -> Result<(), Failure> {
        let found = validate::check(&self.project, &[&self.environment], &self.states);
        let (errors, warnings): (Vec<_>, Vec<_>) =
            found.into_iter().partition(|diagnostic| diagnostic.severity == Severity::Error);
        if self.output.verbose {
            self.output.diagnostics(&warnings, false);
        }
        if errors.is_empty() { Ok(()) } else { Err(Failure::Files(errors)) }
    }

    /// The client, which is built at the first call.
    pub(crate) fn telnyx(&self) -> Result<&Telnyx, Failure> {
        if let Some(telnyx) = self.telnyx.get() {
            return Ok(telnyx);
        }
        let variable = &self.environment.api_key_env;
        let key = std::env::var(variable).ok().map(|key| key.trim().to_owned()).filter(|key| !key.is_empty());
        let key = key.ok_or_else(|| {
            Failure::new(format!(
                "the environment {} has no API key: set the variable {variable}, or name another one as `api_key_env` in telnyx-ai.yaml",
                self.environment.name
            ))
        })?;
        let mut builder = Client::builder().api_key(key).max_retries(RETRIES);
        if let Some(url) = &self.environment.base_url {
            builder = builder.base_url(url);
        }
        let client = builder.build().map_err(|error| client_failure(&error, variable))?;
        Ok(self.telnyx.get_or_init(|| Telnyx::new(client)))
    }

    /// Reads all resources of the account, and completes what an interrupted command left. `is_confirmed`: the user says that it is
    /// the right account.
    pub(crate) async fn account(&mut self, is_confirmed: bool) -> Result<Account, Failure> {
        let telnyx = self.telnyx()?;
        let progress = self.output.progress(Kind::ALL.len(), "reading the account");
        let account = Account::read(telnyx, |id| self.state().tool_ids(id), &progress).await?;
        self.missing = if is_confirmed { None } else { self.find_missing(telnyx, &account).await };
        // Another account can have a resource with the content of an interrupted creation.
        if self.missing.is_none() {
            self.is_changed |= recover::creations(&mut self.file.state, &account);
            self.is_changed |= recover::updates(&mut self.file.state, &account);
        }
        Ok(account)
    }

    /// The error message if the account has none of the managed resources, and had none of the assistants. It is probably another
    /// account.
    async fn find_missing(&self, telnyx: &Telnyx, account: &Account) -> Option<String> {
        let resources = &self.state().resources;
        let first = resources.keys().next()?;
        let has_assistants = resources.keys().any(|address| address.kind == Kind::Assistants);
        if resources.iter().any(|(address, entry)| account.get(address.kind, &entry.id).is_some())
            // A deletion of an assistant that was executed is in the list of deleted ones.
            || !has_assistants && resources.values().all(|entry| entry.is_being_deleted())
        {
            return None;
        }
        let mut missing = match resources.len() {
            1 => format!("{first}, the only managed resource, does not exist in this account"),
            several => format!("none of the {several} managed resources exists in this account"),
        };
        if has_assistants {
            // Without this list, the command can say what to do.
            let deleted = telnyx.assistants().list_deleted().page_size(PAGE_SIZE).max_retries(2);
            let is_managed = |id: &str| self.state().address_of(Kind::Assistants, id).is_some();
            match deleted.try_any(async |it| is_managed(&it.id)).await {
                Ok(true) => return None,
                Ok(false) => {}
                Err(error) => {
                    missing +=
                        &format!(", and its recently deleted assistants cannot be read ({})", message_of(&error));
                }
            }
        }
        Some(format!("{missing}; check the API key and the base URL of the environment {}", self.environment.name))
    }

    /// Fails if it is probably another account, before files or entries of the state are removed.
    pub(crate) fn check_account(&self) -> Result<(), Failure> {
        let Some(missing) = &self.missing else { return Ok(()) };
        let mut managed = self.state().resources.keys();
        let key = managed.next().filter(|_| managed.next().is_none()).map_or("KEY…".to_owned(), Address::to_string);
        Err(Failure::new(format!(
            "{missing}. If this is the right account, `telnyx-ai pull {key}` removes what was deleted from the state and from the files, and `telnyx-ai apply --overwrite-drift` creates it again. Nothing was changed"
        )))
    }

    /// The candidate versions that the state knows and that still exist.
    async fn candidates(&self, account: &Account) -> Result<BTreeMap<Address, Live>, Failure> {
        let telnyx = self.telnyx()?;
        let known = self.state().resources.iter().filter_map(|(address, entry)| {
            let version_id = entry.candidate.as_ref()?.version_id.clone()?;
            Some((address.clone(), entry.id.clone(), version_id))
        });
        let reads = known.map(|(address, id, version_id)| async move {
            let answer = Kind::version(telnyx, &id, &version_id).await?;
            Ok::<_, Failure>(answer.map(|answer| (address, account.resolved(answer, &self.state().tool_ids(&id)))))
        });
        let found: Vec<_> = stream::iter(reads).buffered(CONCURRENCY).try_collect().await?;
        Ok(found.into_iter().flatten().collect())
    }

    pub(crate) fn addresses(&self, keys: &[String]) -> Result<BTreeSet<Address>, Failure> {
        keys.iter().map(|key| self.address(key, None)).collect()
    }

    /// The resource that an argument names: by its address, or by its key if only one resource has it.
    pub(crate) fn address(&self, key: &str, kind: Option<Kind>) -> Result<Address, Failure> {
        let known: BTreeSet<&Address> = self.project.resources.keys().chain(self.state().resources.keys()).collect();
        let parsed = Address::parse(key);
        let mut named: Vec<&Address> =
            known.iter().copied().filter(|it| Some(*it) == parsed.as_ref() || it.key == key).collect();
        let other = named.first().copied();
        named.retain(|address| kind.is_none_or(|kind| address.kind == kind));
        match named.as_slice() {
            [address] => Ok((*address).clone()),
            [] => {
                if let Some((other, kind)) = other.zip(kind) {
                    return Err(Failure::new(format!("{other} is not {} {}", kind.article(), kind.singular())));
                }
                let names: Vec<String> =
                    known.iter().flat_map(|address| [address.to_string(), address.key.clone()]).collect();
                let other = || "`telnyx-ai list` lists the resources".to_owned();
                let help = did_you_mean(key, names.iter().map(String::as_str), other);
                Err(Failure::new(format!("there is no resource `{key}`; {help}")))
            }
            several => {
                let several: Vec<_> = several.iter().map(ToString::to_string).collect();
                Err(Failure::new(format!("`{key}` can be {}; pass one of these", several.join(" or "))))
            }
        }
    }

    pub(crate) fn assistant(&self, key: &str) -> Result<(Address, String), Failure> {
        self.with_id(self.address(key, Some(Kind::Assistants))?)
    }

    pub(crate) fn with_id(&self, address: Address) -> Result<(Address, String), Failure> {
        let id = self.id(&address)?.to_owned();
        Ok((address, id))
    }

    pub(crate) fn id(&self, address: &Address) -> Result<&str, Failure> {
        self.state().id(address).ok_or_else(|| {
            Failure::new(format!(
                "{address} does not exist in the environment {}; run `telnyx-ai apply` first",
                self.environment.name
            ))
        })
    }

    /// The version that `apply --candidate` made of an assistant.
    pub(crate) fn candidate(&self, address: &Address) -> Result<String, Failure> {
        let entry = self.state().resources.get(address);
        entry.and_then(|entry| entry.candidate.as_ref()?.version_id.clone()).ok_or_else(|| {
            Failure::new(format!("{address} has no candidate; make one with `telnyx-ai apply {address} --candidate`"))
        })
    }

    /// The main version of an assistant. Fails if the assistant was deleted elsewhere.
    pub(crate) async fn main_version(&self, address: &Address) -> Result<Option<String>, Failure> {
        let answer = Kind::Assistants.get(self.telnyx()?, self.id(address)?).await?;
        answer.map(|answer| answer.version_id).ok_or_else(|| Failure::deleted(address))
    }

    /// Fails if a candidate was deleted elsewhere, or erased by the API because of newer versions.
    pub(crate) async fn check_candidate(&self, address: &Address, version_id: &str) -> Result<(), Failure> {
        if Kind::version(self.telnyx()?, self.id(address)?, version_id).await?.is_some() {
            return Ok(());
        }
        self.main_version(address).await?;
        Err(Failure::Deleted(format!(
            "the candidate of {address}, version {version_id}, was deleted; make a new candidate with `telnyx-ai apply {address} --candidate`"
        )))
    }

    /// The canary deploy of an assistant, if it has one.
    pub(crate) async fn canary_deploy(&self, address: &Address) -> Result<Option<CanaryDeploy>, Failure> {
        Ok(found(self.telnyx()?.canary_deploys().retrieve(self.id(address)?).await)?)
    }

    pub(crate) async fn plan(
        &mut self,
        account: &Account,
        only: &BTreeSet<Address>,
        for_candidates: bool,
    ) -> Result<Plan, Failure> {
        if for_candidates {
            let telnyx = self.telnyx()?.clone();
            self.is_changed |= recover::candidates(&mut self.file.state, &telnyx, account).await?;
        }
        let candidates = if for_candidates { Some(self.candidates(account).await?) } else { None };
        Ok(plan::build(&plan::Inputs {
            project: &self.project,
            environment: &self.environment,
            state: self.state(),
            account,
            candidates: candidates.as_ref(),
            only,
        }))
    }

    /// Asks for a change. `what` is a question. Without a terminal and without `--yes` it is refused.
    pub(crate) fn confirm(&self, what: &str, yes: bool) -> Result<(), Failure> {
        if yes {
            return Ok(());
        }
        if !self.output.can_ask() {
            return Err(Failure::new(format!(
                "{what} This needs a confirmation, and there is no terminal to ask; pass `--yes`"
            )));
        }
        let ask = |question: &str| {
            let asked = self.output.ask(question);
            asked.map_err(|error| Failure::new(format!("cannot ask for confirmation: {error}; pass `--yes`")))
        };
        let is_agreed = if self.environment.is_protected {
            let name = &self.environment.name;
            ask(&format!("{what} {name} is protected; type its name to continue: "))? == *name
        } else {
            matches!(ask(&format!("{what} [y/N] "))?.to_lowercase().as_str(), "y" | "yes")
        };
        if is_agreed { Ok(()) } else { Err(Failure::new("not confirmed; nothing was changed")) }
    }
}
