//! A sample service, its bad twin and an empty one, swept by the real command over the built-in
//! checklist: every item that reports, a repository and commands can decide comes to what
//! `tests/services/expected.yaml` states.

mod moved;
mod twin;

use anyhow::{Context, Result, ensure};
use seaworthy_tests::named;
use serde_json::Value;
use std::collections::BTreeSet;
use twin::{Service, Twin, service};

/// The items of the checklist that concern this family, by the numbers of their boxes.
const ITEMS: &[(u64, u64)] = &[
    (1, 3),
    (5, 15),
    (24, 25),
    (99, 99),
    (110, 114),
    (116, 119),
    (121, 121),
    (129, 130),
    (132, 134),
    (151, 153),
    (156, 156),
    (158, 159),
    (161, 163),
    (166, 166),
    (206, 206),
    (208, 208),
    (210, 210),
    (214, 214),
    (218, 219),
    (221, 222),
    (224, 225),
    (229, 231),
    (233, 235),
    (237, 239),
    (241, 246),
    (248, 250),
    (254, 254),
    (257, 260),
    (262, 264),
    (266, 268),
    (270, 272),
    (274, 279),
    (281, 283),
    (291, 291),
    (307, 307),
    (315, 315),
    (319, 319),
    (322, 322),
    (326, 328),
    (330, 330),
    (332, 332),
    (337, 337),
    (356, 359),
    (361, 362),
    (395, 395),
];

fn expected() -> Result<Vec<Value>> {
    named::list("tests/services/expected.yaml")
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}

#[test]
fn the_table_names_every_item_of_the_family() -> Result<()> {
    let named: Vec<u64> = expected()?
        .iter()
        .map(|row| row["item"].as_u64().context("a row without its number"))
        .collect::<Result<_>>()?;
    let wanted: Vec<u64> = ITEMS.iter().flat_map(|(from, to)| *from..=*to).collect();
    assert_eq!(named, wanted);
    for row in expected()? {
        assert!(row["bad"].is_string(), "not shown to fail: {row}");
    }
    Ok(())
}

#[test]
fn the_good_service_passes() -> Result<()> {
    let Some(service) = service(Twin::Good)? else {
        return Ok(());
    };
    for row in expected()?.iter().filter(|row| row["person"].is_string()) {
        service.attest(text(row, "id"), text(row, "person"))?;
    }
    each(&service, good)
}

#[test]
fn the_bad_service_fails_for_the_stated_reason() -> Result<()> {
    service(Twin::Bad)?.map_or(Ok(()), |service| each(&service, bad))
}

#[test]
fn of_the_empty_service_nothing_is_known() -> Result<()> {
    service(Twin::Empty)?.map_or(Ok(()), |service| each(&service, empty))
}

/// Sweeps a twin once for each phase, and holds every row against its item. All that differ are told.
fn each(service: &Service, check: fn(&Value, &Value) -> Result<()>) -> Result<()> {
    let rows = expected()?;
    let phase = |row: &Value| match text(row, "phase") {
        "" => "pre-deployment".to_owned(),
        phase => phase.to_owned(),
    };
    let phases: BTreeSet<String> = rows.iter().map(phase).collect();
    let mut differing = Vec::new();
    for name in phases {
        let report = service.sweep(&name)?;
        for row in rows.iter().filter(|row| phase(row) == name) {
            let number = row["item"].as_u64().context("a number")?;
            let place = usize::try_from(number)?.checked_sub(1).context("a place")?;
            let items = report.get("items").context("items")?;
            let item = items.get(place).context("an item")?;
            assert_eq!(item["id"], row["id"], "item {number}");
            if let Err(why) = check(row, item) {
                differing.push(format!("{number} {}: {why:#}", text(row, "id")));
            }
        }
    }
    assert!(differing.is_empty(), "{}", differing.join("\n"));
    Ok(())
}

fn verdicts(item: &Value) -> impl Iterator<Item = &Value> {
    item["verdicts"].as_array().into_iter().flatten()
}

fn good(row: &Value, item: &Value) -> Result<()> {
    for probe in row["probes"].as_array().into_iter().flatten() {
        let of = || verdicts(item).filter(|verdict| verdict["probe"] == *probe);
        let passes = of().any(|verdict| verdict["verdict"] == "pass");
        ensure!(passes, "{probe} does not pass: {item:#}");
    }
    let (result, message) = (text(item, "result"), text(item, "message"));
    // What a person vouches for beside the machine is attested, as the worse of both.
    let wanted = if row["person"].is_string() {
        "attested"
    } else {
        "pass"
    };
    ensure!(result == wanted, "it is {result}: {message}");
    let unseen = text(row, "unseen");
    ensure!(
        message.contains(&format!("no collector for {unseen}")) != unseen.is_empty(),
        "what nobody looked at is told otherwise than as {unseen:?}: {message}"
    );
    Ok(())
}

fn bad(row: &Value, item: &Value) -> Result<()> {
    let wanted = text(row, "bad");
    let result = text(item, "result");
    ensure!(
        result == "fail",
        "it is {result}: {}",
        text(item, "message")
    );
    let said = verdicts(item)
        .filter(|verdict| verdict["verdict"] == "fail")
        .any(|verdict| text(verdict, "message").contains(wanted));
    ensure!(
        said,
        "no verdict says {wanted:?}: {}",
        text(item, "message")
    );
    Ok(())
}

fn empty(_: &Value, item: &Value) -> Result<()> {
    let (result, message) = (text(item, "result"), text(item, "message"));
    ensure!(result == "inconclusive", "it is {result}: {message}");
    let decided = verdicts(item).find(|one| one["verdict"] == "pass" || one["verdict"] == "fail");
    ensure!(decided.is_none(), "something was decided: {decided:?}");
    Ok(())
}
