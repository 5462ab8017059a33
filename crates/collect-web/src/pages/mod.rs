//! What a site shows beside its headers: its legal pages, its static files, and whether the front
//! page and what it loads answer.

mod asset;
mod cdn;
mod front;
mod legal;

pub(crate) use asset::Assets;
pub(crate) use front::Front;
pub(crate) use legal::Legal;
