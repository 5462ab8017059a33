//! One list over plain HTTP, from where a certificate says that it is (RFC 5280 §4.2.1.13).
//! Redirects are not followed: who answers is the server's certificate's choice already.

use crate::connect::resolve;
use crate::exchange::ask::Ask;
use crate::exchange::client::Client;
use crate::frame::deadline;
use crate::target::Endpoint;
use seaworthy_collect::Context;
use url::Url;

/// What stands at `place`.
///
/// # Errors
///
/// Why nothing came, for a person.
pub(super) async fn list(place: &str, context: &Context) -> Result<Vec<u8>, String> {
    let url = Url::parse(place).map_err(|error| error.to_string())?;
    let endpoint = Endpoint::at(place)?;
    let resolved = resolve(&endpoint, context).await;
    let mut why = resolved.troubles.first().map_or_else(
        || "it has no address".to_owned(),
        |trouble| trouble.detail.clone(),
    );
    for address in resolved.addresses {
        let client = Client::new(&endpoint, address, context, deadline(context))
            .map_err(|trouble| trouble.detail)?;
        match client.ask(&Ask::get(&url)).await {
            Ok(told) if told.answer.status != 200 => {
                why = format!("{address} answers {}", told.answer.status);
            }
            Ok(told) if !told.answer.complete => {
                why = format!(
                    "{address} sends more than is read ({} bytes)",
                    told.answer.body.len()
                );
            }
            Ok(told) => return Ok(told.answer.body),
            Err(trouble) => why = trouble.detail,
        }
    }
    Err(why)
}
