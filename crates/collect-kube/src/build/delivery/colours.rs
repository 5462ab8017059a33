//! Two workloads of which a Service selects one by a label that says `blue` or `green`.

use super::blue_green::{draft, side_of};
use crate::build::Draft;
use crate::build::workload::{Pods, Running};
use crate::facts::{BlueGreen, Side};
use crate::inventory::Inventory;
use crate::json::text;
use crate::object::Object;
use crate::selector::{Selector, SelectorIndex};
use crate::value::Value;
use std::collections::BTreeMap;

const COLOURS: [&str; 2] = ["blue", "green"];
/// What a Service is called that leads to the side which gets no traffic of users.
const ASIDE: [&str; 6] = ["preview", "test", "staging", "standby", "idle", "inactive"];

/// A Service that selects one colour.
struct Coloured<'a> {
    service: &'a Object,
    colour: usize,
    /// The workloads that it selects, and those that it would if the colour were the other one.
    sides: [Vec<&'a Running<'a>>; 2],
}

pub(super) fn facts(inventory: &Inventory, pods: &Pods<'_>) -> Vec<Draft> {
    let mut found: Vec<Coloured<'_>> = Vec::new();
    let mut index = SelectorIndex::new();
    for service in inventory
        .of_kind("Service")
        .filter(|object| object.group().is_empty())
    {
        let Some((key, colour)) = colour_of(&service.spec()["selector"]) else {
            continue;
        };
        for (side, value) in COLOURS.iter().enumerate() {
            let mut selector = service.spec()["selector"].clone();
            if let Some(labels) = selector.as_object_mut() {
                let written = match labels.get(&key).and_then(Value::as_str) {
                    // In the letters that the Service itself uses.
                    Some(own) if own.starts_with(char::is_uppercase) => capital(value),
                    _ => (*value).to_owned(),
                };
                labels.insert(&key, written.as_str().into());
            }
            let place = (found.len(), side);
            index.insert(&service.namespace, Selector::from_labels(&selector), place);
        }
        found.push(Coloured {
            service,
            colour,
            sides: [Vec::new(), Vec::new()],
        });
    }
    if found.is_empty() {
        return Vec::new();
    }
    for running in pods.all().filter(|running| running.is_scalable()) {
        for (service, side) in index.selecting(&running.object.namespace, &running.labels) {
            let sides = found.get_mut(*service).map(|found| &mut found.sides);
            if let Some(side) = sides.and_then(|sides| sides.get_mut(*side)) {
                side.push(running);
            }
        }
    }
    let by_pair = aside(&found);
    let users = found.iter().filter(|found| !is_aside(found, &by_pair));
    users
        .filter_map(|found| fact(found, &by_pair, inventory))
        .collect()
}

fn capital(word: &str) -> String {
    let (first, rest) = word.split_at(1);
    first.to_uppercase() + rest
}

/// The label of a selector that says a colour.
fn colour_of(selector: &Value) -> Option<(String, usize)> {
    selector.as_object()?.iter().find_map(|(key, value)| {
        let value = text(value)?;
        let colour = COLOURS
            .iter()
            .position(|colour| value.eq_ignore_ascii_case(colour))?;
        Some((key.to_owned(), colour))
    })
}

/// The Services of each pair of workloads that lead to a side for trying it out.
type Aside<'a> = BTreeMap<(String, String), Vec<(&'a Object, usize)>>;

fn pair(found: &Coloured<'_>) -> (String, String) {
    let name = |side: &Vec<&Running<'_>>| {
        let names = side.iter().map(|running| running.reference.clone());
        names.min().unwrap_or_default()
    };
    let [blue, green] = &found.sides;
    (name(blue), name(green))
}

/// A Service is aside by its name, if another one of the same pair is not.
fn aside<'a>(found: &[Coloured<'a>]) -> Aside<'a> {
    let mut all: Aside<'a> = BTreeMap::new();
    for found in found {
        let entry = all.entry(pair(found)).or_default();
        entry.push((found.service, found.colour));
    }
    for services in all.values_mut() {
        let named = |service: &Object| {
            let words = ASIDE.iter().chain(&COLOURS);
            words.into_iter().any(|word| service.name.contains(word))
        };
        if services.iter().all(|(service, _)| named(service)) {
            services.clear();
        }
        services.retain(|(service, _)| named(service));
    }
    all
}

fn is_aside(found: &Coloured<'_>, by_pair: &Aside<'_>) -> bool {
    by_pair.get(&pair(found)).is_some_and(|services| {
        services
            .iter()
            .any(|(one, _)| std::ptr::eq(*one, found.service))
    })
}

fn fact(found: &Coloured<'_>, by_pair: &Aside<'_>, inventory: &Inventory) -> Option<Draft> {
    let other = 1 - found.colour;
    let of = |side: usize| found.sides.get(side).and_then(|side| side.first().copied());
    let (active, preview) = (of(found.colour), of(other));
    // A label that says a colour and belongs to nothing here is none of ours.
    if active.is_none() && preview.is_none() {
        return None;
    }
    let colour = |side: usize| COLOURS.get(side).copied().unwrap_or_default();
    let tried = by_pair.get(&pair(found)).and_then(|services| {
        let mut services = services.iter().filter(|(_, colour)| *colour == other);
        services.next().map(|(service, _)| *service)
    });
    let fact = BlueGreen {
        reference: found.service.reference(),
        engine: "service".to_owned(),
        active: active.map_or_else(
            || Side {
                name: colour(found.colour).to_owned(),
                service: Some(found.service.name.clone()),
                service_found: true,
                selects: false,
                wanted: 1,
                ready: Some(0),
            },
            |running| side_of(running, Some(found.service)),
        ),
        preview: preview.map(|running| side_of(running, tried)),
        failed: None,
        phase: None,
    };
    Some(draft(found.service, &fact, inventory))
}
