//! `telnyx-ai destroy`

use serde_json::{Map, Value};

use super::apply::Words;
use crate::apply::{self, Options};
use crate::args::{Destroy, Global};
use crate::failure::Failure;
use crate::output::{Output, counted};
use crate::plan::{Action, Change, Plan, comparable, render_deletions};
use crate::session::Session;

pub(crate) async fn run(global: &Global, args: &Destroy, output: &Output) -> Result<(), Failure> {
    let (mut session, _lock) = Session::open_locked(global, output)?;
    let only = session.addresses(&args.keys)?;
    let telnyx = session.telnyx()?;
    let mut account = session.account(&telnyx).await?;
    let names = session.state().names();
    let changes = only.iter().map(|address| {
        let Some(entry) = session.state().resources.get(address) else {
            return Err(Failure::new(format!("{address} does not exist in {}", session.environment.name)));
        };
        let live = account.get(address.kind, &entry.id).cloned();
        Ok(Change {
            address: address.clone(),
            action: if live.is_some() { Action::Delete } else { Action::None },
            is_drift: false,
            fields: Vec::new(),
            desired: Value::Null,
            body: Map::new(),
            comparable: live.as_ref().map(|live| {
                comparable(session.state(), &names, address.kind, &live.content, &entry.last, &Value::Null)
            }),
            live,
        })
    });
    let changes = changes.collect::<Result<Vec<_>, _>>()?;
    let plan = Plan { environment: session.environment.name.clone(), changes };
    output.message(&render_deletions(&plan));
    let question = format!("Delete {} in {}?", counted(plan.summary().delete, "resource"), plan.environment);
    if let Err(failure) = session.confirm(&question, args.yes) {
        return Err(super::apply::refuse(&plan, true, &failure, output));
    }
    let options = Options { prune: true, candidate: false };
    let outcomes = apply::run(&mut session, &telnyx, &mut account, &plan, options).await;
    let words = Words { done: "Deleted", noun: "resource", preposition: "from", command: "destroy" };
    super::apply::report(&plan, &outcomes, &words, output)
}
