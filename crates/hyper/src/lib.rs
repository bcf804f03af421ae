#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod builder;
mod dial;
mod errors;
mod proxies;
mod tls;
mod transport;

pub use builder::HyperTransportBuilder;
pub use transport::HyperTransport;
