//! The files of a project.

mod config;
pub(crate) mod edit;
mod load;
mod node;
mod read;
mod source;
mod yaml;

pub(crate) use config::{API_KEY_ENV, Environment, Gate, InsightCondition};
pub(crate) use load::{CONFIG_FILE, MAX_BYTES, Project, Resource, file_of};
pub(crate) use node::{Node, Pointer, Step, what};
pub(crate) use read::conflict;
pub(crate) use source::{Place, Position, Source};
pub(crate) use yaml::to_yaml;
