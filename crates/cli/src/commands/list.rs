//! `telnyx-ai list`

use std::collections::BTreeSet;

use serde::Serialize;
use serde_json::json;

use crate::args::Global;
use crate::failure::Failure;
use crate::output::Output;
use crate::output::style::{BOLD, styled};
use crate::plan::Action;
use crate::resources::Address;
use crate::session::Session;

#[derive(Serialize)]
struct Row {
    address: Option<Address>,
    kind: &'static str,
    name: String,
    id: Option<String>,
    version_id: Option<String>,
    status: &'static str,
}

pub(crate) async fn run(global: &Global, output: &Output) -> Result<(), Failure> {
    let mut session = Session::open(global, output)?;
    let account = session.account(false).await?;
    let plan = session.plan(&account, &BTreeSet::new(), false).await?;
    session.missing.iter().for_each(|missing| output.warning(missing));
    let mut rows: Vec<Row> = plan
        .changes
        .iter()
        .map(|change| {
            let content = change.live.as_ref().map_or(&change.desired, |live| &live.content);
            Row {
                kind: change.address.kind.folder(),
                name: content[change.address.kind.name_field()].as_str().unwrap_or_default().to_owned(),
                id: session.state().id(&change.address).map(str::to_owned),
                version_id: change.live.as_ref().and_then(|live| live.version_id.clone()),
                status: match (change.action, change.is_drift) {
                    (Action::Create, true) => "deleted elsewhere",
                    (_, true) => "changed elsewhere",
                    (Action::Create, _) => "new",
                    (Action::Update, _) => "changed",
                    (Action::Delete, _) => "not in the files",
                    (Action::None, _) => "unchanged",
                },
                address: Some(change.address.clone()),
            }
        })
        .collect();
    rows.extend(account.all().filter(|live| session.state().address_of(live.kind, &live.id).is_none()).map(|live| {
        Row {
            address: None,
            kind: live.kind.folder(),
            name: live.name().to_owned(),
            id: Some(live.id.clone()),
            version_id: live.version_id.clone(),
            status: "not managed",
        }
    }));
    output.document(&json!({ "environment": session.environment.name, "resources": rows }));
    print(&rows, output);
    Ok(())
}

fn print(rows: &[Row], output: &Output) {
    let cells = rows.iter().map(|row| {
        let address = row.address.as_ref().map_or_else(|| format!("({})", row.kind), ToString::to_string);
        [address, row.name.clone(), row.status.to_owned(), row.id.clone().unwrap_or_default()]
    });
    let header = ["ADDRESS", "NAME", "STATUS", "ID"].map(str::to_owned);
    let table: Vec<_> = std::iter::once(header).chain(cells).collect();
    let width = |column: usize| table.iter().map(|row| row[column].chars().count()).max().unwrap_or_default();
    let widths = [width(0), width(1), width(2)];
    for (n, [address, name, status, id]) in table.iter().enumerate() {
        let line = format!("{address:0$}  {name:1$}  {status:2$}  {id}", widths[0], widths[1], widths[2]);
        output.result(&if n == 0 { styled(BOLD, line) } else { line });
    }
}
