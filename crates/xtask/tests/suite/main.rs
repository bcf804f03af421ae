//! Tests of the maintainer's tools: the library as it is, and the program as it is run.

mod code;
mod contract;
mod files;
mod forms;
mod gates;
mod ignore;
mod mutations;
mod program;
mod reports;
mod yaml;
