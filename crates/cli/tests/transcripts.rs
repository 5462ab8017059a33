//! What the command prints, and with which code it ends, as transcripts: `tests/cmd/*.trycmd`,
//! and `*.toml` for what needs standard input.
//! `TRYCMD=overwrite` writes what is printed now; read the difference before you keep it.

#[test]
fn transcripts() {
    trycmd::TestCases::new()
        .register_bin("seaworthy", trycmd::cargo::cargo_bin!("seaworthy"))
        .env("NO_COLOR", "1")
        .env("COLUMNS", "100")
        .env("CI", "true")
        .case("../../tests/cmd/*.trycmd")
        .case("../../tests/cmd/*.toml");
}
