//! Kubernetes manifests and live clusters to joined, typed facts.
//!
//! `read` turns files into objects and says what it could not read; `build` joins each workload
//! with whatever selects, scales, protects or empowers it; `facts` are the types that probes see.
//! `live` reads a cluster as a second source of the same objects. Nothing is judged here: what is
//! wanted of a workload is the business of probes.

#![expect(
    clippy::indexing_slicing,
    reason = "manifests are untyped JSON, and a missing key of a `serde_json::Value` is null; no \
              slice is indexed here"
)]

mod build;
mod cidr;
mod collector;
mod evidence;
mod facts;
mod inventory;
mod json;
mod live;
mod object;
mod parts;
mod pod_security;
mod pods;
mod quantity;
mod read;
mod secret_like;
mod selector;
mod signing;
mod value;

pub use collector::{collectors, read_manifests, target_kinds};
pub use facts::fact_schemas;
pub use live::role;
pub use read::{Kustomized, ManifestSource, ToRender, to_render};
