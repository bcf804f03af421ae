//! Tests of the emulator: most call it in process, some start the program.

mod api;
mod call_events;
mod configuration;
#[cfg(feature = "console")]
mod console;
mod conversation_errors;
mod conversations;
mod deleted_assistants;
mod faults;
mod flows;
mod hostile_requests;
mod insights;
mod layers;
mod models;
mod network;
#[cfg(feature = "program")]
mod options;
#[cfg(feature = "program")]
mod program;
mod requests;
mod shared_tools;
mod state;
mod support;
mod time;
mod versions_and_runs;
mod whatsapp;
