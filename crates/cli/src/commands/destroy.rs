//! `telnyx-ai destroy`

use std::collections::BTreeSet;

use crate::apply::{self, Options};
use crate::args::{Destroy, Global};
use crate::failure::Failure;
use crate::output::{Output, counted};
use crate::plan::{Change, Plan, deletion, render_deletions};
use crate::resources::Address;
use crate::session::Session;

pub(crate) async fn run(global: &Global, args: &Destroy, output: &Output) -> Result<(), Failure> {
    let (mut session, _lock) = Session::open_locked(global, output)?;
    let only = addresses(&session, &args.keys)?;
    let mut account = super::until_ctrl_c(output, session.account(false)).await?;
    session.check_account()?;
    let names = session.state().names();
    let changes = only.iter().map(|address| {
        let entry = session.state().resources.get(address);
        let live = entry.and_then(|entry| account.get(address.kind, &entry.id));
        let deletion = deletion(session.state(), &names, address, entry.map(|entry| &**entry), live);
        Change { is_drift: false, ..deletion }
    });
    let plan = Plan { environment: session.environment.name.clone(), changes: changes.collect() };
    output.message(&render_deletions(&plan));
    let deletions = plan.summary().delete;
    let question = format!("Delete {} in {}?", counted(deletions, "resource"), plan.environment);
    if let Err(failure) = session.confirm(&question, args.yes || deletions == 0) {
        return Err(super::apply::refuse(&plan, true, &failure, output));
    }
    let options = Options { prune: true, candidate: false };
    let outcomes = apply::run(&mut session, &mut account, &plan, options).await?;
    let again = super::again("destroy", &args.keys, &[("--yes", args.yes)], global);
    super::apply::report(&plan, &outcomes, ["Deleted", "resource", "from"], &again, output)
}

/// The resources that arguments name. Some may be deleted already, so that an interrupted command can be repeated.
fn addresses(session: &Session<'_>, keys: &[String]) -> Result<BTreeSet<Address>, Failure> {
    let address = |key: &String| {
        session.address(key, None).or_else(|failure| session.state().deleted(key).cloned().ok_or(failure))
    };
    let addresses = keys.iter().map(address).collect::<Result<BTreeSet<_>, _>>()?;
    let state = session.state();
    let is_known =
        |address: &Address| state.resources.contains_key(address) || state.deleted(&address.to_string()).is_some();
    match addresses.iter().find(|address| !is_known(address)) {
        Some(unknown) => Err(Failure::new(format!("{unknown} does not exist in {}", session.environment.name))),
        None => Ok(addresses),
    }
}
