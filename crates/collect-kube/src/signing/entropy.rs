//! An upper estimate of a text's entropy, by the patterns that people's keys have: likely words, words,
//! repetitions, sequences. What fits no pattern counts by the alphabet that it draws on.

/// Words that keys made by hand consist of. They are guessed first.
const LIKELY: &[&str] = &[
    "access",
    "admin",
    "api",
    "app",
    "auth",
    "backend",
    "bit",
    "bits",
    "change",
    "changeit",
    "changeme",
    "characters",
    "chars",
    "code",
    "company",
    "default",
    "demo",
    "dev",
    "development",
    "do",
    "encode",
    "encryption",
    "env",
    "environment",
    "example",
    "for",
    "generate",
    "generated",
    "hash",
    "hello",
    "hmac",
    "in",
    "insecure",
    "is",
    "it",
    "java",
    "json",
    "jwt",
    "key",
    "keys",
    "least",
    "local",
    "long",
    "master",
    "me",
    "minimum",
    "must",
    "my",
    "node",
    "not",
    "of",
    "only",
    "pass",
    "password",
    "phrase",
    "please",
    "private",
    "prod",
    "production",
    "project",
    "random",
    "replace",
    "sample",
    "secret",
    "secrets",
    "secure",
    "security",
    "server",
    "service",
    "session",
    "shop",
    "should",
    "sign",
    "signature",
    "signing",
    "some",
    "spring",
    "stage",
    "staging",
    "string",
    "strong",
    "super",
    "temp",
    "test",
    "testing",
    "that",
    "the",
    "this",
    "to",
    "token",
    "tokens",
    "top",
    "use",
    "used",
    "user",
    "value",
    "very",
    "web",
    "which",
    "with",
    "world",
    "you",
    "your",
];

/// Rows of a keyboard, along which fingers run.
const ROWS: &[&str] = &[
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "qwertzuiop",
    "1234567890",
];

/// What a likely word, a repetition or a sequence adds: sixteen choices.
const PATTERN: u64 = 4;
/// What any other word adds: one of the 7,776 of a list for passphrases is 12.9 bits.
const WORD: u64 = 13;
/// What a sign between words adds.
const JOINT: u64 = 1;
/// Longer runs of letters are more than one word.
const WORD_LETTERS: usize = 8;
/// Shorter ones come up by chance.
const LEAST_REPEATED: usize = 4;
const LEAST_SEQUENCE: usize = 4;
const LEAST_WORD: usize = 4;
/// More characters are counted at the rate of these; the look backwards is quadratic.
const MOST: usize = 1024;

/// An upper estimate of the entropy in whole bits.
pub(super) fn entropy(characters: &[char]) -> u64 {
    let looked_at = characters.get(..MOST).unwrap_or(characters);
    let lower: Vec<char> = looked_at.iter().map(char::to_ascii_lowercase).collect();
    let mut bits: u64 = 0;
    let mut plain: Vec<char> = Vec::new();
    let mut at = 0;
    let mut after_pattern = false;
    while let Some(character) = looked_at.get(at) {
        let longest = [
            (repeated(&lower, at), PATTERN),
            (sequence(&lower, at), PATTERN),
            (likely(&lower, at), PATTERN),
        ]
        .into_iter()
        .max_by_key(|(length, _)| *length);
        let (length, cost) = match longest {
            Some((length, cost)) if length > 0 => (length, cost),
            _ => {
                let letters = word(looked_at, at);
                let words = letters.div_ceil(WORD_LETTERS);
                (letters, WORD * u64::try_from(words).unwrap_or(u64::MAX))
            }
        };
        if length > 0 {
            bits = bits.saturating_add(cost);
            at += length;
            after_pattern = true;
            continue;
        }
        // What joins words is chosen once.
        if after_pattern && "-_. ".contains(*character) {
            bits = bits.saturating_add(JOINT);
        } else {
            plain.push(*character);
        }
        after_pattern = false;
        at += 1;
    }
    bits.saturating_add(spread(&plain))
}

/// The entropy of characters without a pattern: each is a choice from the alphabet that all of them
/// draw on, and no more than their own frequencies tell.
fn spread(plain: &[char]) -> u64 {
    let has = |is: fn(&char) -> bool| plain.iter().any(is);
    let is_hex = plain.iter().all(char::is_ascii_hexdigit);
    let mixes = has(char::is_ascii_lowercase) && has(char::is_ascii_uppercase);
    let mut alphabet: u32 = 0;
    if is_hex && !mixes && has(char::is_ascii_digit) {
        alphabet = 16;
    } else {
        for (is_there, letters) in [
            (has(char::is_ascii_digit), 10),
            (has(char::is_ascii_lowercase), 26),
            (has(char::is_ascii_uppercase), 26),
            (has(|c| c.is_ascii_punctuation() || *c == ' '), 33),
            (has(|c| !c.is_ascii() || c.is_ascii_control()), 100),
        ] {
            alphabet += if is_there { letters } else { 0 };
        }
        // Base64 knows two signs beside letters and digits.
        let is_base64 = |c: &char| c.is_ascii_alphanumeric() || "+/-_=".contains(*c);
        if mixes && plain.iter().all(is_base64) {
            alphabet = alphabet.min(64);
        }
    }
    // A few different characters over and over are a smaller alphabet than their kinds suggest.
    let mut different: Vec<char> = plain.to_vec();
    different.sort_unstable();
    different.dedup();
    if different.len() * 3 < plain.len().min(48) {
        let few = u32::try_from(different.len()).unwrap_or(u32::MAX);
        alphabet = alphabet.min(few);
    }
    choices(plain.len(), alphabet)
}

/// The bits of so many choices from an alphabet, without a fraction.
fn choices(length: usize, alphabet: u32) -> u64 {
    let length = u32::try_from(length).unwrap_or(u32::MAX);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "never below nothing, and under 2^37"
    )]
    let bits = (f64::from(length) * f64::from(alphabet.max(1)).log2()).floor() as u64;
    bits
}

/// How far the characters from `at` on stand before them already; they may overlap.
fn repeated(lower: &[char], at: usize) -> usize {
    let longest = (0..at)
        .map(|start| {
            let before = lower.iter().skip(start);
            let now = lower.iter().skip(at);
            before.zip(now).take_while(|(a, b)| a == b).count()
        })
        .max()
        .unwrap_or_default();
    if longest < LEAST_REPEATED { 0 } else { longest }
}

/// How far they go up or down by one, or along a row of the keyboard.
fn sequence(lower: &[char], at: usize) -> usize {
    let rest = lower.get(at..).unwrap_or_default();
    let run = |step: i64| {
        let follows = |pair: &&[char]| match pair {
            [a, b] => i64::from(u32::from(*b)) - i64::from(u32::from(*a)) == step,
            _ => false,
        };
        rest.windows(2).take_while(follows).count() + 1
    };
    let along = |row: &&str| {
        let of_row = |row: Vec<char>| {
            let starts = (0..row.len()).map(|start| {
                let row = row.iter().skip(start);
                row.zip(rest).take_while(|(a, b)| a == b).count()
            });
            starts.max().unwrap_or_default()
        };
        of_row(row.chars().collect()).max(of_row(row.chars().rev().collect()))
    };
    let on_keyboard = ROWS.iter().map(along).max().unwrap_or_default();
    let longest = run(1).max(run(-1)).max(run(0)).max(on_keyboard);
    if longest < LEAST_SEQUENCE { 0 } else { longest }
}

/// The longest likely word that stands here. A short one counts only between other signs: it comes
/// up by chance within what is random.
fn likely(lower: &[char], at: usize) -> usize {
    let rest = lower.get(at..).unwrap_or_default();
    let is_letter = |c: Option<&char>| c.is_some_and(char::is_ascii_alphabetic);
    let starts = !is_letter(at.checked_sub(1).and_then(|before| lower.get(before)));
    let fits = |word: &&&str| {
        let stands =
            word.chars().count() <= rest.len() && word.chars().zip(rest).all(|(a, b)| a == *b);
        let alone = starts && !is_letter(rest.get(word.len()));
        stands && (word.len() >= LEAST_WORD || alone)
    };
    LIKELY
        .iter()
        .filter(fits)
        .map(|word| word.len())
        .max()
        .unwrap_or_default()
}

/// The letters from here on that could be a word: small ones, or great ones, or a great one first;
/// with as many vowels as words have, and no heap of consonants.
fn word(characters: &[char], at: usize) -> usize {
    let rest = characters.get(at..).unwrap_or_default();
    let small = |c: &&char| c.is_ascii_lowercase();
    let great = |c: &&char| c.is_ascii_uppercase();
    let all_great = rest.iter().take_while(great).count();
    let length = match all_great {
        0 => rest.iter().take_while(small).count(),
        1 => 1 + rest.iter().skip(1).take_while(small).count(),
        more => more,
    };
    let letters = rest.get(..length).unwrap_or_default();
    let is_vowel = |c: &char| "aeiouyAEIOUY".contains(*c);
    let vowels = letters.iter().filter(|c| is_vowel(c)).count();
    let heap = letters
        .split(is_vowel)
        .map(<[char]>::len)
        .max()
        .unwrap_or_default();
    let is_word =
        length >= LEAST_WORD && vowels * 5 >= length && vowels * 3 <= length * 2 && heap <= 3;
    if is_word { length } else { 0 }
}
