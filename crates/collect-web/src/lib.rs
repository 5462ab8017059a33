//! TLS, HTTP, WebSocket, CORS and DNS: all the I/O and all the hard facts of the edge.
//!
//! Collectors look and never judge: what a header or a certificate ought to be is said by the
//! probes. Concurrency between targets and the sweep's deadline are the engine's.

mod active;
mod clock;
mod connect;
mod cors;
mod dns;
mod exchange;
mod frame;
pub mod fuzzing;
mod http;
mod look;
mod pages;
mod ports;
mod recent;
mod service;
mod target;
mod tls;
mod ws;

pub use http::{HeadFile, fact_from_head};
pub use tls::{ChainFile, chain_fact};

use seaworthy_collect::{Collector, TargetKind};

/// Every collector of this family.
#[must_use]
pub fn collectors() -> Vec<Box<dyn Collector>> {
    vec![
        Box::new(tls::Tls::OfEndpoints),
        Box::new(tls::Tls::OfServices),
        Box::new(dns::Asking(dns::Dns)),
        Box::new(dns::Asking(dns::Mail)),
        Box::new(dns::Asking(dns::IssuanceOf)),
        Box::new(dns::Asking(dns::ZoneOf)),
        Box::new(look::Looking(http::Http)),
        Box::new(look::Looking(cors::Cors)),
        Box::new(look::Looking(ws::Ws)),
        Box::new(ports::Ports),
        Box::new(look::Looking(pages::Legal)),
        Box::new(look::Looking(pages::Assets)),
        Box::new(look::Looking(pages::Front)),
        Box::new(look::Looking(active::Forgeries)),
        Box::new(look::Looking(active::Malformations)),
        Box::new(look::Looking(active::Burst)),
        Box::new(look::Looking(active::Logins)),
        Box::new(look::Looking(active::SignUps)),
        Box::new(look::Looking(service::Limits)),
        Box::new(look::Looking(service::Documents)),
        Box::new(look::Looking(service::Latencies)),
        Box::new(look::Looking(service::Restrictions)),
    ]
}

/// The kinds of target that this family looks at.
#[must_use]
pub fn target_kinds() -> Vec<TargetKind> {
    target::kinds()
}
