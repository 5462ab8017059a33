//! Fuzzes the parser behind `fuzzing::security_txt`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| seaworthy_collect_web::fuzzing::security_txt(bytes));
