//! `telnyx-ai chat`

use std::io::{BufRead, IsTerminal, Write};
use std::time::Duration;

use rustyline::DefaultEditor;
use rustyline::error::ReadlineError;
use serde_json::{Value, json};
use telnyx_ai::assistants::{ChatEvent, ChatRequest, CreateConversation};
use telnyx_ai::prelude::*;
use telnyx_ai::versions::{Canary, Clause};
use telnyx_ai::{JsonObject, Telnyx};

use crate::apply::Interrupt;
use crate::args::{Chat, Global};
use crate::failure::Failure;
use crate::output::Output;
use crate::output::style::{BOLD, DIM, styled};
use crate::resources::{Address, found};
use crate::session::Session;

/// The metadata field by which a canary rule routes a conversation to the candidate.
const ROUTE: &str = "telnyx_ai_cli_chat";

pub(crate) async fn run(global: &Global, args: &Chat, output: &Output) -> Result<(), Failure> {
    let session = Session::open(global, output)?;
    let (address, assistant_id) = session.assistant(&args.key)?;
    let telnyx = session.telnyx()?;
    let mut metadata: serde_json::Map<String, Value> =
        args.metadata.iter().map(|(name, value)| (name.clone(), value.clone().into())).collect();
    metadata.insert("assistant_id".to_owned(), assistant_id.clone().into());
    metadata.insert("telnyx_conversation_channel".to_owned(), "web_chat".into());
    let mut is_interrupted = false;
    let route = args.candidate.then(|| uuid::Uuid::new_v4().to_string());
    if let Some(route) = &route {
        let version_id = session.candidate(&address)?;
        let check = async {
            session.check_candidate(&address, &version_id).await?;
            session.canary_deploy(&address).await
        };
        if super::until_ctrl_c(output, check).await?.is_some() {
            return Err(Failure::new(format!(
                "cannot chat with the candidate: the assistant has a canary deploy; end it with `telnyx-ai rollback {address}`"
            )));
        }
        is_interrupted = route_to(telnyx, &assistant_id, &version_id, route, output).await?;
        metadata.insert(ROUTE.to_owned(), route.as_str().into());
    } else {
        super::until_ctrl_c(output, session.main_version(&address)).await?;
    }
    let mut document = json!({ "conversation_id": null, "messages": [] });
    let conversation = async {
        if is_interrupted { Ok(()) } else { talk(telnyx, &assistant_id, metadata, output, &mut document).await }
    };
    let mut result = tokio::select! {
        biased;
        _ = tokio::signal::ctrl_c() => Ok(()),
        result = conversation => result,
    };
    if let Some(route) = &route {
        result = match (result, delete_route(&session, &address, route).await) {
            (Err(failure), Err(left)) => Err(Failure::new(format!("{failure}; {left}"))),
            (result, deleted) => result.and(deleted),
        };
    }
    result.map_err(|failure| failure.reported(document.clone(), output))?;
    output.document(&document);
    Ok(())
}

/// Routes one conversation to a version, by a canary rule that matches only this conversation. Returns whether Ctrl-C was pressed
/// meanwhile: a creation in flight is completed, and has to be undone.
async fn route_to(
    telnyx: &Telnyx,
    assistant_id: &str,
    version_id: &str,
    value: &str,
    output: &Output,
) -> Result<bool, Failure> {
    let config = Canary::new().serve_where([Clause::is_in(ROUTE, [value])], version_id).build()?;
    let interrupt = Interrupt::watch(output).await;
    let created = telnyx.canary_deploys().create(assistant_id, config).await;
    // The task that waits for the signal notes it.
    tokio::task::yield_now().await;
    if interrupt.is_requested() {
        // The API may have executed a creation that failed.
        return Ok(true);
    }
    created?;
    Ok(false)
}

/// Deletes the canary deploy of the conversation, unless another client has replaced it, for example by that of a rollout.
async fn delete_route(session: &Session<'_>, address: &Address, value: &str) -> Result<(), Failure> {
    let is_own = |clause: &Clause| clause.attribute == ROUTE && clause.values == [value];
    let delete = async {
        let deploy = session.canary_deploy(address).await?;
        let mut rules = deploy.iter().flat_map(|deploy| deploy.rules.iter().flatten());
        if rules.any(|rule| rule.clauses.iter().flatten().any(is_own)) {
            found(session.telnyx()?.canary_deploys().delete(session.id(address)?).await)?;
        }
        Ok::<_, Failure>(())
    };
    delete.await.map_err(|failure| {
        Failure::new(format!(
            "{failure}; the canary deploy of this conversation may remain; delete it with `telnyx-ai rollback {address}`"
        ))
    })
}

async fn talk(
    telnyx: &Telnyx,
    assistant_id: &str,
    metadata: serde_json::Map<String, Value>,
    output: &Output,
    document: &mut Value,
) -> Result<(), Failure> {
    let mut request = CreateConversation::new();
    request.metadata = JsonObject::of(&metadata).ok();
    let conversation = telnyx.conversations().create(request).await?;
    output.message(&styled(DIM, format!("conversation {}; an empty line or Ctrl-D ends it", conversation.id)));
    document["conversation_id"] = conversation.id.as_str().into();
    let mut editor = editor()?;
    while !output.is_closed() {
        let Some(line) = next_line(&mut editor).await? else { break };
        // The terminal has blocked the client, which now finds the connections that the server has closed meanwhile.
        tokio::time::sleep(Duration::from_millis(1)).await;
        if !std::io::stdin().is_terminal() {
            output.message(&styled(BOLD, format!("> {line}")));
        }
        let request = ChatRequest::new(&conversation.id, &line);
        let mut stream = telnyx.assistants().chat_stream(assistant_id, request).await?;
        while let Some(event) = stream.try_next().await? {
            if let (ChatEvent::Delta(delta), false) = (event, output.json) {
                output.piece(&delta.content);
            }
        }
        if !output.json {
            output.piece("\n");
        }
        if let Some(messages) = document["messages"].as_array_mut() {
            messages.push(json!({ "role": "user", "content": line }));
            messages.push(json!({ "role": "assistant", "content": stream.text() }));
        }
    }
    Ok(())
}

/// The line editor, on a terminal that it supports. It writes its prompt to standard output.
fn editor() -> Result<Option<DefaultEditor>, Failure> {
    if !std::io::stdin().is_terminal() || !std::io::stdout().is_terminal() {
        return Ok(None);
    }
    let mut editor =
        DefaultEditor::new().map_err(|error| Failure::new(format!("cannot read from the terminal: {error}")))?;
    // On other terminals, such as `TERM=dumb`, the editor has no printer and would ignore SIGINT.
    Ok(editor.create_external_printer().is_ok().then_some(editor))
}

/// The next line that a person types, or of standard input. An empty line is the end.
async fn next_line(editor: &mut Option<DefaultEditor>) -> Result<Option<String>, Failure> {
    let line = match editor {
        Some(editor) => {
            // An earlier SIGINT ends the conversation before the editor replaces its handler.
            tokio::task::yield_now().await;
            // SIGINT interrupts the editor only in the main thread.
            match editor.readline("> ") {
                Ok(line) => {
                    // The conversation also works without a history.
                    let _ = editor.add_history_entry(&line);
                    line
                }
                Err(ReadlineError::Eof | ReadlineError::Interrupted) => return Ok(None),
                Err(error) => return Err(Failure::new(format!("cannot read a line: {error}"))),
            }
        }
        // Reads in a thread, so that Ctrl-C is handled meanwhile.
        None => {
            if std::io::stdin().is_terminal() {
                // The conversation also works without a prompt.
                let _ = write!(std::io::stderr(), "> ");
            }
            let read = tokio::task::spawn_blocking(|| {
                let mut line = String::new();
                std::io::stdin().lock().read_line(&mut line).map(|_| line)
            });
            let line = read.await.unwrap_or_else(|error| Err(error.into()));
            line.map_err(|error| Failure::new(format!("cannot read standard input: {error}")))?
        }
    };
    let line = line.trim();
    Ok((!line.is_empty()).then(|| line.to_owned()))
}
