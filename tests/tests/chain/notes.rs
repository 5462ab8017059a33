//! What is told of a path that is valid, and that some clients refuse all the same.

use super::der::name;
use super::paths::line;
use super::world::World;
use anyhow::Result;

/// The notes on a chain that passes below a CA of one's own.
fn told(change: impl Fn(&mut World)) -> Result<String> {
    let mut world = World::new();
    world.private = true;
    change(&mut world);
    let ran = world.run()?;
    assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
    Ok(ran.json()?["facts"][0]["value"]["notes"].to_string())
}

#[test]
fn who_compares_names_octet_by_octet_is_named() -> Result<()> {
    let notes = told(|world| world.leaf().issuer = Some(name("O=TEST/CN=ca")))?;
    assert!(
        notes.contains("CN=api.example.com names its issuer in other octets than the certificate of O=Test, CN=CA does")
            && notes.contains("NSS (Firefox), GnuTLS and rustls"),
        "{notes}"
    );
    Ok(())
}

#[test]
fn who_follows_no_more_than_six_cas_is_named() -> Result<()> {
    let seven = told(|world| line(world, &["a", "b", "c", "d", "e", "f", "g"]))?;
    assert!(
        seven.contains("the path has 7 CAs below its root"),
        "{seven}"
    );
    let six = told(|world| line(world, &["a", "b", "c", "d", "e", "f"]))?;
    assert_eq!(six, "[]");
    Ok(())
}
