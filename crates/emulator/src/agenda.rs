//! What is to happen later, and who sees to it.
//!
//! The agenda is in the store: an item is kept in the same transaction as what it is for, and is still there after a
//! crash. Items are carried out in the order they are due, each at its time: by a background task while the clock runs,
//! and by whoever moves the clock.

use std::{
    sync::{Arc, Mutex, PoisonError, Weak},
    time::Duration,
};

use jiff::Timestamp;
use tokio::{runtime::Handle, sync::Notify, task::JoinHandle};

use crate::{
    app::{App, Parts},
    clock::{self, Clock},
    deliveries::{self, Parcel},
    domain::{
        Outcome, Problem, Work,
        dispatch::{self, Next},
        initialization::{Ask, Given},
        kind,
    },
    runner,
    store::{Planned, Tx},
};

/// How many items are carried out in one transaction.
const BATCH: usize = 64;

/// How long to wait before trying again when the store failed.
const AFTER_A_FAILURE: Duration = Duration::from_secs(1);

/// Who carries the agenda out.
#[derive(Debug, Default)]
pub(crate) struct Agenda {
    changed: Arc<Notify>,
    /// Held while items are carried out: one does it at a time.
    turn: tokio::sync::Mutex<()>,
    attendant: Mutex<Option<JoinHandle<()>>>,
}

impl Drop for Agenda {
    fn drop(&mut self) {
        if let Some(attendant) = self.attendant.lock().unwrap_or_else(PoisonError::into_inner).take() {
            attendant.abort();
        }
    }
}

/// Says that there is something new on the agenda, or that the clock is not what it was.
pub(crate) fn changed(app: &App) {
    let mut attendant = app.agenda.attendant.lock().unwrap_or_else(PoisonError::into_inner);
    // The runtime that it runs on may have ended before the emulator.
    if attendant.as_ref().is_none_or(JoinHandle::is_finished)
        && let Ok(runtime) = Handle::try_current()
    {
        *attendant = Some(runtime.spawn(attend(app.weak(), Arc::clone(&app.agenda.changed))));
    }
    app.agenda.changed.notify_one();
}

/// Carries out what is due while the clock runs, and sleeps in between. Ends with the emulator.
async fn attend(app: Weak<Parts>, changed: Arc<Notify>) {
    if let Some(present) = App::of(&app)
        && let Err(problem) = deliveries::begin(&present)
    {
        tracing::error!(%problem, "events that were not sent are left in the store");
    }
    loop {
        let Some(present) = App::of(&app) else { return };
        let pause = until_next(&present).await;
        drop(present);
        match pause {
            Some(pause) => {
                tokio::select! {
                    () = tokio::time::sleep(pause) => {}
                    () = changed.notified() => {}
                }
            }
            None => changed.notified().await,
        }
    }
}

/// Carries out what is due, and tells how long it is until something else is.
async fn until_next(app: &App) -> Option<Duration> {
    let turn = app.agenda.turn.lock().await;
    let next = match carry_out(app, app.time.now(), Sending::Beside).await {
        Ok(_) => app.run(|work| Ok(work.tx.next_planned()?)),
        Err(problem) => Err(problem),
    };
    drop(turn);
    match next {
        Ok(Some(next)) if !app.time.is_frozen() => {
            let pause = next.due.duration_since(app.time.now());
            Some(Duration::try_from(pause).unwrap_or_default())
        }
        Ok(_) => None,
        Err(problem) => {
            tracing::error!(%problem, "the agenda could not be carried out");
            Some(AFTER_A_FAILURE)
        }
    }
}

/// Moves the clock; forward, what is due on the way happens on the way, with all that it causes. Tells how many items
/// were carried out.
pub(crate) async fn move_to(app: &App, moment: Timestamp) -> usize {
    let turn = app.agenda.turn.lock().await;
    let mut count = 0;
    if moment < app.time.now() {
        app.time.set(moment);
    } else {
        count = carry_out(app, moment, Sending::OnTheWay).await.unwrap_or_else(|problem| {
            tracing::error!(%problem, "the agenda could not be carried out");
            0
        });
        app.time.reach(moment);
    }
    drop(turn);
    Clock(app.clone()).has_changed();
    count
}

/// When events are sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sending {
    /// While the clock runs, beside everything else: a receiver that takes its time holds up nothing.
    Beside,
    /// While the clock is moved, before anything later happens: what a receiver does about an event, it does at the time
    /// of the event, in each run.
    OnTheWay,
}

/// Why a batch ended.
enum End {
    /// Nothing else is due.
    Done,
    /// There is more.
    Full,
    /// This item waits for the answer to a call.
    Asks(Planned, Ask),
    /// Test runs are due.
    Runs,
    /// This event is to be sent.
    Sends(Parcel),
}

/// Carries out everything that is due until a moment, and moves the clock along.
async fn carry_out(app: &App, until: Timestamp, sending: Sending) -> Outcome<usize> {
    let mut count = 0;
    loop {
        let (carried_out, end) = batch(app, until)?;
        count += carried_out;
        match end {
            End::Done => return Ok(count),
            End::Full => tokio::task::yield_now().await,
            End::Runs => count += runner::play_due(app).await?,
            End::Sends(parcel) => {
                deliveries::add(app, parcel);
                if sending == Sending::OnTheWay {
                    app.deliveries.are_done().await;
                }
            }
            End::Asks(item, ask) => {
                let given = app.initialize(ask).await;
                app.run_at(app.time.now(), |work| carry_out_one(app, work, &item, Some(given)))?;
                count += 1;
            }
        }
    }
}

/// Carries out items in one transaction, until one needs something from outside.
fn batch(app: &App, until: Timestamp) -> Outcome<(usize, End)> {
    let now = app.time.now();
    let (count, at, end) = app.store.transaction(|tx| {
        let (count, at, end) = some(app, tx, now, until)?;
        if at > now {
            clock::keep(&app.work(tx, at), app.time.flow().reach(at))?;
        }
        Ok::<_, Problem>((count, at, end))
    })?;
    app.time.reach(at);
    Ok((count, end))
}

/// Carries out some items; tells how many, at which moment the last one, and why no more.
fn some(app: &App, tx: &Tx<'_>, now: Timestamp, until: Timestamp) -> Outcome<(usize, Timestamp, End)> {
    let mut at = now;
    for count in 0..BATCH {
        let Some(item) = tx.next_planned()?.filter(|item| item.due <= until) else {
            return Ok((count, at, End::Done));
        };
        at = at.max(item.due);
        match item.kind.as_str() {
            // It is crossed off with the end of the run.
            kind::TEST_RUN => return Ok((count, at, End::Runs)),
            kind::WEBHOOK => {
                tx.cross_off(&item)?;
                // Where nobody is to be told, there is nothing to send.
                if app.webhooks.url.is_some() {
                    let parcel = Parcel::of(&item);
                    tx.insert(kind::WEBHOOK, &parcel.event_id, &parcel.conversation_id, &item.step)?;
                    return Ok((count + 1, at, End::Sends(parcel)));
                }
            }
            _ => {
                if let Some(ask) = carry_out_one(app, &app.work(tx, at), &item, None)? {
                    return Ok((count, at, End::Asks(item, ask)));
                }
            }
        }
    }
    Ok((BATCH, at, End::Full))
}

/// Carries out one item, or tells what has to be asked for it first. One that can not be carried out is off the agenda
/// all the same: it would be in the way for ever.
fn carry_out_one(app: &App, work: &Work<'_>, item: &Planned, given: Option<Given>) -> Outcome<Option<Ask>> {
    match work.tx.part(|| dispatch::carry_out(work, app.callee.as_ref(), item, given)) {
        Ok(Next::Ask(ask)) => return Ok(Some(ask)),
        Ok(Next::Done) => {}
        Err(problem) => {
            tracing::error!(%problem, event = item.id, "a scheduled event could not be carried out");
            dispatch::fail(work, &item.id, &problem)?;
        }
    }
    work.tx.cross_off(item)?;
    Ok(None)
}
