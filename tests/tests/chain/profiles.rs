//! The profiles of public certificates (CA/Browser Forum, Baseline Requirements §7.1.2): what a subject
//! says by how its owner was validated, and what extensions may hold. The roots are the platform's.

use super::der::{der, name, oid, sequence};
use super::made::{ACCESS, BASIC, LISTS, POLICIES, PURPOSE, USAGE};
use super::values::{lists, policies, purposes};
use super::world::{Case, World, fails, passes};

const PUBLIC: &str = "baseline-requirements";
const DOMAIN: &str = "2.23.140.1.2.1";
const ORGANISATION: &str = "2.23.140.1.2.2";
const INDIVIDUAL: &str = "2.23.140.1.2.3";
const EXTENDED: &str = "2.23.140.1.1";
const ATTRIBUTES: &str = "BR §7.1.4.2";

/// A public server's certificate of this policy and subject.
fn says(world: &mut World, policy: &'static str, subject: &str) {
    world.public = true;
    world.leaf().set(POLICIES, false, policies(&[policy]));
    world.leaf().subject = name(subject);
}

/// A CA of this time, as the profile of CAs below a root has it.
fn young(world: &mut World) {
    world.public = true;
    let ca = world.ca();
    ca.from = "240101000000Z";
    ca.subject = name("C=DE/O=Test/CN=CA");
    ca.set(POLICIES, false, policies(&[DOMAIN]));
    ca.set(LISTS, false, lists("http://ca.example.com/root.crl"));
    ca.set(PURPOSE, false, purposes(&["1.3.6.1.5.5.7.3.1"]));
}

/// certificatePolicies of the domain validated with a qualifier of this kind.
fn qualified(kind: &str, qualifier: Vec<u8>) -> Vec<u8> {
    let qualifiers = sequence(&[sequence(&[oid(kind), qualifier])]);
    sequence(&[sequence(&[oid(DOMAIN), qualifiers])])
}

pub(crate) const CASES: &[Case] = &[
    passes("a domain's country alone", "BR §7.1.2.7.2", |world| {
        says(world, DOMAIN, "C=DE/CN=api.example.com");
    }),
    passes(
        "a domain's subject that is empty of words",
        "BR §7.1.2.7.2",
        |world| {
            says(world, DOMAIN, "C=XX");
        },
    ),
    fails(
        "an organisation that nobody validated",
        "BR §7.1.2.7.2",
        (PUBLIC, "organizationName, which nobody validated"),
        |world| says(world, DOMAIN, "C=DE/O=Test/CN=api.example.com"),
    ),
    fails(
        "a place that nobody validated",
        "BR §7.1.2.7.2",
        (PUBLIC, "localityName, which nobody validated"),
        |world| says(world, DOMAIN, "C=DE/L=Berlin/CN=api.example.com"),
    ),
    passes(
        "an organisation as it should be",
        "BR §7.1.2.7.4",
        |world| {
            says(
                world,
                ORGANISATION,
                "C=DE/L=Berlin/O=Test/CN=api.example.com",
            );
        },
    ),
    fails(
        "an organisation without its country",
        "BR §7.1.2.7.4",
        (PUBLIC, "no countryName"),
        |world| says(world, ORGANISATION, "L=Berlin/O=Test/CN=api.example.com"),
    ),
    fails(
        "an organisation without its place",
        "BR §7.1.2.7.4",
        (PUBLIC, "neither localityName nor stateOrProvinceName"),
        |world| says(world, ORGANISATION, "C=DE/O=Test/CN=api.example.com"),
    ),
    fails(
        "an organisation's policy without an organisation",
        "BR §7.1.2.7.4",
        (PUBLIC, "no organizationName"),
        |world| says(world, ORGANISATION, "C=DE/L=Berlin/CN=api.example.com"),
    ),
    fails(
        "a person beside an organisation",
        "BR §7.1.2.7.4",
        (PUBLIC, "surname, which nobody validated"),
        |world| says(world, ORGANISATION, "C=DE/L=Berlin/O=Test/2.5.4.4=Muster"),
    ),
    passes("a person as it should be", "BR §7.1.2.7.3", |world| {
        says(
            world,
            INDIVIDUAL,
            "C=DE/L=Berlin/2.5.4.4=Muster/2.5.4.42=Ada",
        );
    }),
    fails(
        "a person without a given name",
        "BR §7.1.2.7.3",
        (PUBLIC, "no givenName"),
        |world| says(world, INDIVIDUAL, "C=DE/L=Berlin/2.5.4.4=Muster"),
    ),
    passes(
        "extended validation as it should be",
        "BR §7.1.2.7.5",
        |world| {
            says(
                world,
                EXTENDED,
                "1.3.6.1.4.1.311.60.2.1.3=DE/2.5.4.15=Private Organization/2.5.4.5=HRB 1/C=DE/L=Berlin/O=Test",
            );
        },
    ),
    fails(
        "extended validation without the number of the register",
        "BR §7.1.2.7.5",
        (PUBLIC, "no serialNumber"),
        |world| {
            says(
                world,
                EXTENDED,
                "1.3.6.1.4.1.311.60.2.1.3=DE/2.5.4.15=Private Organization/C=DE/L=Berlin/O=Test",
            );
        },
    ),
    fails(
        "two organisations",
        "BR §7.1.4.1",
        (PUBLIC, "organizationName more than once"),
        |world| says(world, ORGANISATION, "C=DE/L=Berlin/O=Test/O=Other"),
    ),
    fails(
        "two common names",
        "BR §7.1.4.1",
        (PUBLIC, "commonName more than once"),
        |world| says(world, DOMAIN, "CN=api.example.com/CN=api.example.com"),
    ),
    passes("two lines of a street", "BR §7.1.4.1", |world| {
        says(
            world,
            ORGANISATION,
            "C=DE/L=Berlin/2.5.4.9=Hof 2/2.5.4.9=Weg 1/O=Test",
        );
    }),
    fails(
        "a place that says nothing",
        ATTRIBUTES,
        (PUBLIC, "localityName of its subject says nothing"),
        |world| says(world, ORGANISATION, "C=DE/L=-/O=Test"),
    ),
    fails(
        "a country in small letters",
        ATTRIBUTES,
        (PUBLIC, "no code of two capital letters"),
        |world| says(world, DOMAIN, "C=de"),
    ),
    fails(
        "a country by its name",
        ATTRIBUTES,
        (PUBLIC, "no code of two capital letters"),
        |world| says(world, DOMAIN, "C=Germany"),
    ),
    fails(
        "two ways of validation",
        "BR §7.1.2.7.9",
        (PUBLIC, "more than one of the Forum's"),
        |world| {
            world.public = true;
            world
                .leaf()
                .set(POLICIES, false, policies(&[DOMAIN, ORGANISATION]));
        },
    ),
    fails(
        "any policy beside the Forum's",
        "BR §7.1.2.7.9",
        (PUBLIC, "any policy"),
        |world| {
            world.public = true;
            world
                .leaf()
                .set(POLICIES, false, policies(&[DOMAIN, "2.5.29.32.0"]));
        },
    ),
    passes(
        "a pointer to a practice statement",
        "BR §7.1.2.7.9",
        |world| {
            world.public = true;
            let place = der(0x16, b"http://ca.example.com/cps");
            let value = qualified("1.3.6.1.5.5.7.2.1", place);
            world.leaf().set(POLICIES, false, value);
        },
    ),
    fails(
        "a notice to the reader",
        "BR §7.1.2.7.9",
        (PUBLIC, "id-qt-cps"),
        |world| {
            world.public = true;
            let notice = sequence(&[der(0x0c, b"read me")]);
            let value = qualified("1.3.6.1.5.5.7.2.2", notice);
            world.leaf().set(POLICIES, false, value);
        },
    ),
    fails(
        "a usage that is not critical beside a public server",
        "BR §7.1.2.7.6",
        (PUBLIC, "keyUsage is not critical"),
        |world| {
            world.public = true;
            world.leaf().critical(USAGE, false);
        },
    ),
    fails(
        "a usage that commits",
        "BR §7.1.2.7.11",
        (PUBLIC, "nonRepudiation"),
        |world| {
            world.public = true;
            // digitalSignature, nonRepudiation
            world.leaf().set(USAGE, true, vec![3, 2, 6, 0xc0]);
        },
    ),
    fails(
        "constraints that are not critical beside a public server",
        "BR §7.1.2.7.6",
        (PUBLIC, "basicConstraints are not critical"),
        |world| {
            world.public = true;
            world.leaf().set(BASIC, false, sequence(&[]));
        },
    ),
    passes("constraints of no CA's", "BR §7.1.2.7.8", |world| {
        world.public = true;
        world.leaf().set(BASIC, true, sequence(&[]));
    }),
    fails(
        "another way of access",
        "BR §7.1.2.7.7",
        (PUBLIC, "another way"),
        |world| {
            world.public = true;
            let way = sequence(&[
                oid("1.3.6.1.5.5.7.48.3"),
                der(0x86, b"http://ca.example.com"),
            ]);
            world.leaf().set(ACCESS, false, sequence(&[way]));
        },
    ),
    fails(
        "a list of some reasons",
        "BR §7.1.2.11.2",
        (PUBLIC, "of some reasons"),
        |world| {
            world.public = true;
            let whole = der(
                0xa0,
                &der(0xa0, &der(0x86, b"http://ca.example.com/ca.crl")),
            );
            // keyCompromise
            let reasons = der(0x81, &[6, 0x40]);
            world
                .leaf()
                .set(LISTS, false, sequence(&[sequence(&[whole, reasons])]));
        },
    ),
    // CAs since September 2023.
    passes("a young CA as it should be", "BR §7.1.2.6", young),
    passes("an old CA that says less", "BR §7.1.2.6", |world| {
        world.public = true;
    }),
    fails(
        "a young CA without policies",
        "BR §7.1.2.10.5",
        (PUBLIC, "no certificatePolicies"),
        |world| {
            young(world);
            world.ca().without(POLICIES);
        },
    ),
    fails(
        "a young CA without a list",
        "BR §7.1.2.11.2",
        (PUBLIC, "is a CA's and names no list"),
        |world| {
            young(world);
            world.ca().without(LISTS);
        },
    ),
    fails(
        "a young CA without a country",
        "BR §7.1.2.10.2",
        (PUBLIC, "is a CA's and its subject has no countryName"),
        |world| {
            young(world);
            world.ca().subject = name("O=Test/CN=CA");
        },
    ),
    fails(
        "a young CA for mail too",
        "BR §7.1.2.10.6",
        (PUBLIC, "emailProtection beside TLS"),
        |world| {
            young(world);
            let both = purposes(&["1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.4"]);
            world.ca().set(PURPOSE, false, both);
        },
    ),
];
