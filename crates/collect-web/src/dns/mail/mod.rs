//! The collector `web/mail`: MX, SPF and DMARC of a domain.

mod dmarc;
mod fact;
pub(super) mod fuzz;
mod look;
mod spf;

use super::client::Client;
use crate::target::{Domain, unassessed};
use fact::MailDomain;
use look::Look;
use seaworthy_collect::{BoxFuture, Collector, Context, Sink, Trouble, fact_schema, fact_value};
use seaworthy_model::{Fact, FactSchema, Provenance, SubjectRef, Target};

const ID: &str = "web/mail";
const KIND: &str = "mail_domain";

/// See the module.
#[derive(Debug)]
pub(crate) struct Mail;

impl Collector for Mail {
    fn id(&self) -> &'static str {
        ID
    }

    fn target_kind(&self) -> &'static str {
        "domain"
    }

    fn facts(&self) -> Vec<FactSchema> {
        vec![fact_schema::<MailDomain>(KIND)]
    }

    fn describe(&self, target: &Target) -> Vec<String> {
        match Domain::of(target) {
            Ok(domain) => {
                let server = super::place(domain.nameserver);
                let name = &domain.name;
                vec![
                    format!("DNS: MX of {name} and the addresses of its hosts at {server}"),
                    format!(
                        "DNS: TXT of {name}, what its SPF record includes, and _dmarc.{name} at {server}"
                    ),
                ]
            }
            Err(trouble) => vec![trouble.detail],
        }
    }

    fn collect<'a>(
        &'a self,
        target: &'a Target,
        context: &'a Context,
        sink: &'a Sink,
    ) -> BoxFuture<'a, ()> {
        Box::pin(async move {
            if let Err(trouble) = collect(target, context, sink).await {
                sink.unassessed(unassessed(ID, KIND, target, trouble));
            }
        })
    }
}

/// # Errors
///
/// When nothing at all was answered.
async fn collect(target: &Target, context: &Context, sink: &Sink) -> Result<(), Trouble> {
    let domain = Domain::of(target)?;
    let client = Client::new(domain.nameserver, context)?;
    let mut look = Look::new(&client, &domain.name);
    let (mx, spf, dmarc) = (look.mx().await, look.spf().await, look.dmarc().await);
    if let (Err(trouble), Err(_), Err(_)) = (&mx, &spf, &dmarc) {
        return Err(trouble.clone());
    }
    look.miss(&["mx", "null_mx", "mx_unresolved"], mx);
    look.miss(&["spf", "spf_error", "spf_lookups", "spf_all"], spf);
    let fields = [
        "dmarc",
        "dmarc_at",
        "dmarc_error",
        "dmarc_policy",
        "dmarc_percent",
        "dmarc_strict_dkim",
        "dmarc_strict_spf",
        "dmarc_reports",
    ];
    look.miss(&fields, dmarc);
    let Look { fact, unknown, .. } = look;
    let (mut attempts, transcript) = client.into_log();
    attempts.sort_by(|one, other| (one.at, &one.address).cmp(&(other.at, &other.address)));
    let artifact = sink.artifact(
        "DNS answers",
        "text/plain; charset=utf-8",
        transcript.into_bytes(),
    );
    sink.fact(Fact {
        subject: SubjectRef {
            kind: KIND.to_owned(),
            name: domain.name.clone(),
        },
        value: fact_value(&fact)?,
        unknown,
        location: None,
        places: seaworthy_model::Places::default(),
        provenance: Provenance {
            target: target.name.clone(),
            collector: ID.to_owned(),
            at: context.now(),
            attempts,
            artifacts: vec![artifact],
            reproduce: Some(reproduce(&domain)),
        },
    });
    Ok(())
}

fn reproduce(domain: &Domain) -> String {
    let (name, server) = (&domain.name, super::dig_server(domain.nameserver));
    format!("dig {server}{name} MX {name} TXT _dmarc.{name} TXT")
}
