//! One HTTP exchange: a request to one address of an endpoint, the head of the answer as it was
//! received, and the command that shows the same. What an answer is worth is said elsewhere.

pub(crate) mod ask;
pub(crate) mod cached;
pub(crate) mod client;
pub(crate) mod cookie_date;
pub(crate) mod follow;
pub(crate) mod head;
mod heads;
pub(crate) mod leaks;
pub(crate) mod outgoing;
pub(crate) mod record;
pub(crate) mod reproduce;
mod unpack;
pub(crate) mod wire;
