//! `/_emulator/clock`.

use std::time::Duration;

use axum::{Router, extract::State, routing::get};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Answer, body::Body, ok};
use crate::{
    app::App,
    domain::{Domain, Result, ViolationKind, Violations},
    scheduler::{Scheduler, clock::Clock},
    time,
};

pub(super) fn routes() -> Router<App> {
    Router::new().route("/clock", get(show).post(change))
}

/// Actions on the clock.
///
/// They apply in this order: freeze, set, advance, resume, sync.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Change {
    set: Option<String>,
    freeze: Option<bool>,
    advance_secs: Option<f64>,
    sync: Option<bool>,
}

async fn show(State(domain): State<Domain>) -> Answer {
    Ok(ok(view(&domain)?))
}

async fn change(State(domain): State<Domain>, State(scheduler): State<Scheduler>, body: Body) -> Answer {
    let change: Change = body.parse()?;
    let mut violations = Violations::default();
    let too_late = || format!("The seconds are too many: the last time is {}.", time::text(time::LATEST));
    let set = change.set.as_deref().map(time::parse);
    if let Some(Err(error)) = &set {
        violations.add(ViolationKind::NotAllowed, "/set", format!("{error}."));
    }
    let advance = change.advance_secs.map(Duration::try_from_secs_f64);
    match &advance {
        Some(Err(_)) if change.advance_secs.is_some_and(|secs| secs > 0.0) => {
            violations.add(ViolationKind::OutOfRange, "/advance_secs", too_late());
        }
        Some(Err(_)) => {
            let detail = format!(
                "{} is not a number of seconds from 0; to move the clock back, set it.",
                change.advance_secs.unwrap_or_default()
            );
            violations.add(ViolationKind::OutOfRange, "/advance_secs", detail);
        }
        Some(Ok(by)) => {
            let start = set.clone().and_then(Result::ok).unwrap_or_else(|| domain.time().now());
            if !start.checked_add(*by).is_ok_and(|end| end <= time::LATEST) {
                violations.add(ViolationKind::OutOfRange, "/advance_secs", too_late());
            }
        }
        None => {}
    }
    violations.finish()?;

    let clock = Clock(scheduler.clone());
    let resets = domain.resets();
    let mut done = 0;
    if change.freeze == Some(true) {
        clock.freeze();
    }
    if let Some(Ok(moment)) = set {
        done += scheduler.move_to(moment).await;
        domain.run(|cx| cx.check_not_reset(resets))?;
    }
    if let Some(Ok(by)) = advance {
        done += scheduler.advance(by).await;
        domain.run(|cx| cx.check_not_reset(resets))?;
    }
    if change.freeze == Some(false) {
        clock.resume();
    }
    if change.sync == Some(true) {
        done += scheduler.sync().await;
    }
    let mut view = view(&domain)?;
    view["carried_out"] = done.into();
    Ok(ok(view))
}

fn view(domain: &Domain) -> Result<Value> {
    domain.run(|cx| {
        Ok(json!({
            "now": time::text(domain.time().now()),
            "frozen": domain.time().is_frozen(),
            "next_due": cx.tx.next_job()?.map(|next| time::text(next.due)),
            "planned": cx.tx.count_jobs()?,
        }))
    })
}
