//! A checkout: which files it holds (`walk`), comments by language (`comments`), secrets of tree
//! and history (`secrets`, `history`), environment variables (`variables`) and settings
//! (`settings`).

mod collect;
mod comments;
mod facts;
mod history;
mod part;
mod past;
mod secrets;
mod settings;
pub(crate) mod target;
pub(crate) mod text;
mod variables;
pub(crate) mod walk;

pub(crate) use collect::Repository;
pub use walk::is_bundle;
