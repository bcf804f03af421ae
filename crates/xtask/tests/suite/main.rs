//! Tests of the maintainers' tools: the library and the program.

mod code;
mod contract;
mod files;
mod forms;
mod gates;
mod ignore;
mod mutations;
mod program;
mod reports;
mod tables;
mod yaml;
