//! Where an example runs: on an emulator in this process or, with `--live`, against the real API.

use std::cell::Cell;
use std::fmt;
use std::process::ExitCode;

use clap::{Arg, ArgAction, Command};
use telnyx_ai::{BoxError, Client, Telnyx};
use telnyx_ai_emulator::{Builder, Emulator};
use tower::layer::layer_fn;

use crate::print::headline;
use crate::{Cleanup, note, wire};

/// What an example, or a step of one, ends with.
pub type Outcome<T = ()> = Result<T, BoxError>;

/// An example that is about to run.
#[must_use = "an example does nothing until `run` is awaited"]
pub struct Example {
    about: &'static str,
    has_live: bool,
    emulator: Builder,
}

impl Example {
    /// An example for the emulator only: against the real API it would cost money or could not be undone.
    pub fn new(about: &'static str) -> Self {
        Self { about, has_live: false, emulator: Emulator::builder() }
    }

    /// Lets the example run against the real API, too: it is free of charge there and takes back what it does.
    pub fn or_live(mut self) -> Self {
        self.has_live = true;
        self
    }

    /// The emulator to run on, where the usual one does not do.
    pub fn on(mut self, emulator: Builder) -> Self {
        self.emulator = emulator;
        self
    }

    /// Reads the command line, runs the example and cleans up after it.
    pub async fn run(self, example: impl AsyncFnOnce(&Stage) -> Outcome) -> ExitCode {
        match self.play(example).await {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                eprintln!("\nfailed: {error}");
                ExitCode::FAILURE
            }
        }
    }

    async fn play(self, example: impl AsyncFnOnce(&Stage) -> Outcome) -> Outcome {
        let stage = if self.asked_for_live()? { Stage::live()? } else { Stage::emulated(self.emulator).await? };
        let outcome = tokio::select! {
            outcome = example(&stage) => outcome,
            _ = tokio::signal::ctrl_c() => Err("interrupted".into()),
        };
        match (outcome, stage.close().await) {
            (Err(error), Err(left)) => Err(format!("{error}\n{left}").into()),
            (outcome, closed) => outcome.and(closed),
        }
    }

    fn asked_for_live(&self) -> Outcome<bool> {
        let help = if self.has_live {
            "Use the real API, with the key in TELNYX_API_KEY: only what is free of charge, deleted at the end"
        } else {
            "Not for this example: against the real API it would cost money or could not be undone"
        };
        let live = Arg::new("live").long("live").action(ArgAction::SetTrue).help(help);
        let asked = Command::new("example").about(self.about).arg(live).get_matches().get_flag("live");
        if asked && !self.has_live {
            return Err("--live is not for this example: it would cost money or could not be undone".into());
        }
        Ok(asked)
    }
}

impl fmt::Debug for Example {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Example").field("about", &self.about).field("has_live", &self.has_live).finish_non_exhaustive()
    }
}

/// What an example has at hand.
#[derive(Debug)]
pub struct Stage {
    /// All of the API.
    pub telnyx: Telnyx,
    /// What to undo at the end.
    pub cleanup: Cleanup,
    steps: Cell<u32>,
    /// `None` against the real API.
    emulator: Option<Emulator>,
}

impl Stage {
    async fn emulated(emulator: Builder) -> Outcome<Self> {
        let emulator = emulator.start().await?;
        let client = Client::builder().base_url(emulator.base_url()).api_key("any");
        let client = client.layer(layer_fn(wire::shown)).build()?;
        note!("on an emulator at {}", client.base_url());
        Ok(Self::new(client, Some(emulator)))
    }

    /// What `Telnyx::from_env()` gives, with a layer that prints.
    fn live() -> Outcome<Self> {
        let client = Client::builder().layer(layer_fn(wire::shown)).build();
        let client = client.map_err(|error| format!("--live needs an account: {error}"))?;
        note!("against {}", client.base_url());
        note!(
            "Of what Telnyx makes along with an assistant, the TeXML application stays when the assistant is deleted."
        );
        Ok(Self::new(client, None))
    }

    fn new(client: Client, emulator: Option<Emulator>) -> Self {
        Self { telnyx: Telnyx::new(client), cleanup: Cleanup::default(), steps: Cell::new(0), emulator }
    }

    /// Prints the number and the headline of the next step.
    pub fn step(&self, what: impl fmt::Display) {
        self.steps.set(self.steps.get() + 1);
        headline(format_args!("{:>2}. {what}", self.steps.get()));
    }

    /// Whether this is the real API.
    pub fn is_live(&self) -> bool {
        self.emulator.is_none()
    }

    /// Undoes what was done; an emulator just goes, with all that it holds.
    async fn close(self) -> Outcome {
        if let Some(emulator) = self.emulator {
            self.cleanup.forget();
            emulator.stop().await?;
        }
        self.cleanup.run().await
    }
}
