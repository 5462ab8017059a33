//! The trait that every collector implements, and the description of a target kind.

use crate::{Context, Sink};
use seaworthy_model::{FactSchema, Target};
use std::future::Future;
use std::pin::Pin;

/// A boxed future, so that collectors can stand in one slice.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Turns one (collector, target) request into facts.
///
/// A collector never judges and never fails: what it could not read it says with
/// [`Sink::unassessed`], or names in [`seaworthy_model::Fact::unknown`].
pub trait Collector: Send + Sync {
    /// The id, `<family>/<name>`, for example `web/tls`.
    fn id(&self) -> &'static str;

    /// The kind of target that it can be asked about, for example `endpoint`.
    fn target_kind(&self) -> &'static str;

    /// The subject kinds that its facts are about, with their schemas.
    fn facts(&self) -> Vec<FactSchema>;

    /// Whether it has anything to ask of this very target.
    fn accepts(&self, target: &Target) -> bool {
        let _ = target;
        true
    }

    /// Every connection, query or file that [`Collector::collect`] would use, a line each, for
    /// `seaworthy plan`. Sends nothing.
    fn describe(&self, target: &Target) -> Vec<String>;

    /// Looks. Facts go into the sink as they are found, so that a deadline in the middle loses
    /// nothing that was good.
    fn collect<'a>(
        &'a self,
        target: &'a Target,
        context: &'a Context,
        sink: &'a Sink,
    ) -> BoxFuture<'a, ()>;
}

/// A kind of target as the configuration file lists it.
#[derive(Clone, Debug)]
pub struct TargetKind {
    /// The kind, in the singular: `endpoint`.
    pub kind: &'static str,
    /// The key under `targets:` in `seaworthy.yaml`, in the plural: `endpoints`.
    pub key: &'static str,
    /// One line that says what such a target is.
    pub summary: &'static str,
    /// JSON Schema (draft 2020-12) of one entry without `name` and `labels`, which every kind
    /// has; an object with `additionalProperties: false`.
    pub schema: serde_json::Value,
    /// The target's name where the entry gives none, for example the host of a URL.
    pub default_name: fn(&serde_json::Value) -> Option<String>,
    /// Says what is wrong with an entry that fits the schema: the JSON pointer within the entry
    /// and the complaint. The strings of paths are relative to the configuration file's folder.
    pub check: fn(&serde_json::Value) -> Vec<(String, String)>,
    /// The fields of an entry that name files or folders, `outer/inner` for those of a mapping or of
    /// each mapping of a list; relative ones are resolved against the
    /// configuration file's folder before a collector sees them.
    pub paths: &'static [&'static str],
}
