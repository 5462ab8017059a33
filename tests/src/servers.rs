//! Real servers as fixtures: plain processes of Debian's packages, and the API server of
//! Kubernetes that `cargo xtask test` builds, on loopback and free ports,
//! with all their files in a folder of their own, and stopped when dropped.
//!
//! Each `start` answers `None` where the program is not installed, after saying on standard
//! error what is skipped. With [`REQUIRE_SERVERS`] set to `1`, as `cargo xtask test` does once it
//! has installed them, a missing program is an error instead.

mod apiserver;
mod caddy;
mod certificates;
mod cluster;
mod faulty;
pub mod github;
mod named;
mod nameserver;
mod nginx;
mod process;
mod proxy;
mod scripted;
mod sockets;

pub use apiserver::{ADMIN, ApiServer, NOBODY, kubeconfig};
pub use caddy::{Caddy, CaddySetup};
pub use certificates::{Authority, Identity, Leaf};
pub use cluster::ClusterClient;
pub use faulty::{Fault, Faulty};
pub use github::{GitHubApi, Reply, Routes};
pub use named::{Named, NamedSetup, apex};
pub use nameserver::Nameserver;
pub use nginx::{Nginx, NginxSetup, Site};
pub use process::find;
pub use proxy::{Proxy, ProxyManner};
pub use scripted::{Asked, Scripted};
pub use sockets::{Manner, Sockets};

/// The environment variable that makes a missing server a failure.
pub const REQUIRE_SERVERS: &str = "SEAWORTHY_REQUIRE_SERVERS";
