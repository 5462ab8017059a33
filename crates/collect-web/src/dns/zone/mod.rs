//! The collector `web/zone`: the zone that holds a domain, and what each of its authoritative servers
//! says, asked by itself at each of its addresses.
//!
//! A resolver asks one of them, whichever it likes. A server that no longer serves the zone, or holds
//! another version of it, shows itself to some users alone.

mod delegation;
mod fact;
mod look;

use super::ask::{Ask, Told, in_order};
use super::client::{Client, plain};
use super::{absolute, dig_server};
use crate::target::Domain;
use fact::Zone;
use futures_util::future::join_all;
use hickory_proto::rr::Name;
use look::Heard;
use seaworthy_collect::{BoxFuture, Context, Trouble};
use seaworthy_model::Target;
use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv6Addr, SocketAddr};

/// See the module.
#[derive(Debug)]
pub(crate) struct ZoneOf;

impl Ask for ZoneOf {
    const ID: &'static str = "web/zone";
    const KIND: &'static str = "zone";
    type Fact = Zone;

    fn plan(domain: &Domain) -> Vec<String> {
        let (name, server) = (&domain.name, super::place(domain.nameserver));
        let port = domain.authority_port();
        vec![
            format!(
                "DNS: NS of {name} or its ancestors, and the addresses of those servers, at {server}"
            ),
            format!("DNS: NS of the zone at port {port} of a server of the zone above"),
            format!(
                "DNS: SOA and NS of the zone, and A, AAAA, CAA and TXT of {name}, at port {port} of each of them"
            ),
        ]
    }

    fn ask<'a>(
        _: &'a Target,
        domain: &'a Domain,
        context: &'a Context,
    ) -> BoxFuture<'a, Result<Told<Zone>, Trouble>> {
        Box::pin(ask(domain, context))
    }
}

/// # Errors
///
/// When the zone and its servers could not be learnt.
async fn ask(domain: &Domain, context: &Context) -> Result<Told<Zone>, Trouble> {
    let name = absolute(&domain.name)?;
    let client = Client::new(domain.nameserver, context)?;
    let (apex, servers) = look::apex(&client, &name).await?;
    let mut zone = Zone {
        name: domain.name.clone(),
        apex: plain(&apex),
        name_servers: servers.iter().map(plain).collect(),
        ..Zone::default()
    };
    let (referral, asked, told) =
        delegation::look(&client, &apex, domain.authority_port(), context).await;
    // Who is led there by the zone above asks its servers, whatever the zone says.
    let led = referral.iter().flat_map(|found| found.servers.keys());
    let all: BTreeSet<Name> = servers.iter().chain(led).cloned().collect();
    let resolved = look::resolve(&client, &all).await;
    let mut unknown = BTreeMap::new();
    addressed(&mut zone, &resolved, &mut unknown);
    let look::Resolved {
        known, mut missed, ..
    } = resolved;
    let port = domain.authority_port();
    let places: Vec<(&Name, SocketAddr)> = known
        .iter()
        .flat_map(|(server, all)| {
            all.iter()
                .map(move |ip| (server, SocketAddr::new(*ip, port)))
        })
        .collect();
    let hearings = places
        .iter()
        .map(|(server, address)| look::hear(server, *address, &apex, &name, context));
    let heard: Vec<Heard> = join_all(hearings)
        .await
        .into_iter()
        .collect::<Result<_, _>>()?;
    let (mut attempts, mut transcript) = client.into_log();
    attempts.extend(asked);
    transcript.push_str(&told);
    let unresolved = missed.clone();
    for one in heard {
        zone.servers.push(one.server);
        missed = missed.or(one.missed);
        attempts.extend(one.attempts);
        transcript.push_str(&one.transcript);
    }
    unknown.extend(
        zone.conclude(missed)
            .into_iter()
            .map(|(field, why)| (field.to_owned(), why)),
    );
    match referral {
        Ok(found) => {
            let own = zone.own_servers().unwrap_or(servers.into_iter().collect());
            zone.delegation = Some(found.conclude(&apex, &own, &known));
        }
        Err(trouble) => {
            let why = format!("{}: {}", trouble.reason, trouble.detail);
            unknown.insert("delegation".to_owned(), why);
        }
    }
    // A server whose addresses are not known may be lame.
    if let (Some(why), Some([])) = (unresolved, zone.lame.as_deref()) {
        zone.lame = None;
        unknown.insert("lame".to_owned(), why);
    }
    let reproduce = reproduce(&zone, &places, dig_server(domain.nameserver));
    Ok(Told {
        value: zone,
        unknown,
        attempts: in_order(attempts),
        transcript,
        reproduce,
    })
}

/// Takes in what the names of the servers lead to.
fn addressed(zone: &mut Zone, found: &look::Resolved, unknown: &mut BTreeMap<String, String>) {
    let mut miss = |field: &str, why: &String| {
        unknown.insert(field.to_owned(), why.clone());
    };
    let nowhere = found.known.iter().filter(|(_, all)| all.is_empty());
    let dangling: Vec<String> = nowhere.map(|(server, _)| plain(server)).collect();
    match &found.missed {
        Some(why) if dangling.is_empty() => miss("dangling", why),
        _ => zone.dangling = Some(dangling),
    }
    match &found.missed {
        Some(why) if found.aliased.is_empty() => miss("aliased", why),
        _ => zone.aliased.clone_from(&found.aliased),
    }
    let networks = networks(found.known.values().flatten());
    match &found.missed {
        // One more may be in another network, or the only one that is public.
        Some(why) if networks.as_ref().is_none_or(|all| all.len() < 2) => miss("networks", why),
        _ => zone.networks = networks,
    }
}

/// The networks of public addresses, as wide as they are announced at the narrowest; none without such
/// addresses.
fn networks<'a>(addresses: impl Iterator<Item = &'a IpAddr>) -> Option<Vec<String>> {
    let network = |ip: &IpAddr| match ip {
        IpAddr::V4(ip) => {
            let [a, b, c, _] = ip.octets();
            format!("{a}.{b}.{c}.0/24")
        }
        IpAddr::V6(ip) => {
            let [a, b, c, ..] = ip.segments();
            format!("{}/48", Ipv6Addr::new(a, b, c, 0, 0, 0, 0, 0))
        }
    };
    let public = addresses.filter(|ip| super::is_public(**ip));
    let networks: BTreeSet<String> = public.map(network).collect();
    (!networks.is_empty()).then(|| networks.into_iter().collect())
}

/// The commands that show the same: the zone's servers, then what each says.
fn reproduce(zone: &Zone, places: &[(&Name, SocketAddr)], resolver: String) -> String {
    let mut commands = vec![format!("dig {resolver}{} NS", zone.apex)];
    if let Some(found) = &zone.delegation {
        let place = found.asked.split_once(" [").map(|(_, place)| place);
        if let Some(Ok(address)) = place.map(|place| place.trim_end_matches(']').parse()) {
            let server = dig_server(Some(address));
            commands.push(format!("dig {server}+norecurse {} NS", zone.apex));
        }
    }
    for (_, address) in places {
        let server = dig_server(Some(*address));
        commands.push(format!(
            "dig {server}+norecurse {} SOA {name} A {name} AAAA {name} CAA",
            zone.apex,
            name = zone.name
        ));
    }
    commands.join("; ")
}

#[cfg(test)]
mod tests {
    use super::look::Resolved;
    use super::{Zone, addressed};
    use hickory_proto::rr::Name;
    use std::collections::BTreeMap;

    /// The networks of servers with these addresses, and whether they are unknown, where those of another
    /// one could not be learnt.
    fn networks(addresses: &[&str], missed: bool) -> (Vec<String>, bool) {
        let mut found = Resolved::default();
        for (number, address) in addresses.iter().enumerate() {
            let server = Name::from_ascii(format!("ns{number}.test.")).unwrap();
            found
                .known
                .insert(server, [address.parse().unwrap()].into());
        }
        found.missed = missed.then(|| "not answered".to_owned());
        let (mut zone, mut unknown) = (Zone::default(), BTreeMap::new());
        addressed(&mut zone, &found, &mut unknown);
        let unknown = unknown.contains_key("networks");
        (zone.networks.unwrap_or_default(), unknown)
    }

    #[test]
    fn public_addresses_are_counted_by_their_networks() {
        for (addresses, wanted) in [
            (
                &["1.1.1.1", "8.8.8.8"][..],
                &["1.1.1.0/24", "8.8.8.0/24"][..],
            ),
            (&["1.1.1.1", "1.1.1.254"], &["1.1.1.0/24"]),
            (&["1.1.1.255", "1.1.2.0"], &["1.1.1.0/24", "1.1.2.0/24"]),
            (
                &["2606:4700::1", "2606:4700:0:ffff::1"],
                &["2606:4700::/48"],
            ),
            (
                &["2606:4700::1", "2606:4700:1::1"],
                &["2606:4700:1::/48", "2606:4700::/48"],
            ),
            (
                &["1.1.1.1", "2606:4700::1"],
                &["1.1.1.0/24", "2606:4700::/48"],
            ),
            (&["1.1.1.1", "10.0.0.53"], &["1.1.1.0/24"]),
            (&["127.0.0.1", "10.0.0.53", "fd00::53"], &[]),
            (&[], &[]),
        ] {
            assert_eq!(
                networks(addresses, false),
                (wanted.iter().map(|one| (*one).to_owned()).collect(), false),
                "{addresses:?}"
            );
        }
    }

    #[test]
    fn a_server_that_is_not_known_may_be_elsewhere() {
        for (addresses, unknown) in [
            (&["1.1.1.1", "8.8.8.8"][..], false),
            (&["1.1.1.1"], true),
            (&["10.0.0.53"], true),
            (&[], true),
        ] {
            assert_eq!(networks(addresses, true).1, unknown, "{addresses:?}");
        }
    }
}
