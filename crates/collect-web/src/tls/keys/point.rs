//! Points that are no public keys: not on their curve, at infinity, or written in a form that is not
//! allowed (SEC 1 §2.3.4 and §3.2.2.1, RFC 5480 §2.2).

use super::Weakness;
use num_bigint::BigUint;

/// A curve y² = x³ - 3x + b over the field of a prime (NIST SP 800-186 §3.2.1), in hexadecimal.
struct Curve {
    id: &'static str,
    /// Octets of a coordinate.
    octets: usize,
    prime: &'static [u8],
    b: &'static [u8],
}

const CURVES: [Curve; 3] = [
    Curve {
        id: "1.2.840.10045.3.1.7",
        octets: 32,
        prime: b"ffffffff00000001000000000000000000000000ffffffffffffffffffffffff",
        b: b"5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b",
    },
    Curve {
        id: "1.3.132.0.34",
        octets: 48,
        prime: b"fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffeffffffff0000000000000000ffffffff",
        b: b"b3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875ac656398d8a2ed19d2a85c8edd3ec2aef",
    },
    Curve {
        id: "1.3.132.0.35",
        octets: 66,
        prime: b"1ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        b: b"0051953eb9618e1c9a1f929a21a0b68540eea2da725b99b315f3b8b489918ef109e156193951ec7e937b1652c0bd3bb1bf073573df883d2c34f1ef451fd46b503f00",
    },
];

/// What is wrong with `point` on the curve of this name; nothing on curves that are not known here.
pub(super) fn weakness(curve: &str, point: &[u8]) -> Option<Weakness> {
    let curve = CURVES.iter().find(|known| known.id == curve)?;
    let told = |id, rule, message: &str| Some(Weakness::new(id, rule, message));
    let (form, coordinates) = match point {
        [] | [0] => {
            let message = "its point is the one at infinity";
            return told("ec-point-at-infinity", "SEC 1 §3.2.2.1", message);
        }
        [form, coordinates @ ..] => (*form, coordinates),
    };
    let octets = match form {
        4 => 2 * curve.octets,
        2 | 3 => curve.octets,
        _ => {
            let message =
                "its point is written in a form that is neither uncompressed nor compressed";
            return told("ec-point-form", "RFC 5480 §2.2", message);
        }
    };
    if coordinates.len() != octets {
        let message = "its point is not as long as the curve asks";
        return told("ec-point-form", "SEC 1 §2.3.4", message);
    }
    if curve.holds(coordinates) {
        return None;
    }
    told(
        "ec-point-not-on-curve",
        "SEC 1 §3.2.2.1",
        "its point is not on the curve",
    )
}

impl Curve {
    /// Whether x, and y where it is there, are those of a point.
    fn holds(&self, coordinates: &[u8]) -> bool {
        let number = |digits| BigUint::parse_bytes(digits, 16).unwrap_or_default();
        let (prime, b) = (number(self.prime), number(self.b));
        let (x, y) = coordinates.split_at(self.octets.min(coordinates.len()));
        let (x, y) = (
            BigUint::from_bytes_be(x),
            (!y.is_empty()).then(|| BigUint::from_bytes_be(y)),
        );
        if x >= prime || y.as_ref().is_some_and(|y| *y >= prime) {
            return false;
        }
        let three = BigUint::from(3_u8);
        // x³ + b - 3x, made positive.
        let square = (x.modpow(&three, &prime) + b + &prime * &three - x * &three) % &prime;
        match y {
            Some(y) => (&y * &y) % &prime == square,
            // Euler: one of the two square roots is there.
            None => {
                let half = (&prime - 1_u8) / 2_u8;
                square == BigUint::ZERO || square.modpow(&half, &prime) == BigUint::from(1_u8)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{CURVES, weakness};
    use rcgen::{KeyPair, PublicKeyData as _};

    /// A point of each curve.
    fn points() -> Vec<(&'static str, Vec<u8>)> {
        let algorithms = [
            &rcgen::PKCS_ECDSA_P256_SHA256,
            &rcgen::PKCS_ECDSA_P384_SHA384,
            &rcgen::PKCS_ECDSA_P521_SHA512,
        ];
        let made = algorithms.iter().zip(&CURVES);
        made.map(|(algorithm, curve)| {
            let key = KeyPair::generate_for(algorithm).unwrap();
            (curve.id, key.der_bytes().to_vec())
        })
        .collect()
    }

    fn id(curve: &str, point: &[u8]) -> &'static str {
        weakness(curve, point).map_or("none", |weakness| weakness.id)
    }

    #[test]
    fn points_are_on_their_curve() {
        for (curve, point) in points() {
            assert_eq!(id(curve, &point), "none", "{curve}");
            let half = point.len() / 2;
            let sign = 2 + (point.last().unwrap() & 1);
            let compressed = [&[sign][..], &point[1..=half]].concat();
            assert_eq!(id(curve, &compressed), "none", "{curve}");
            let mut beside = point.clone();
            *beside.last_mut().unwrap() ^= 1;
            assert_eq!(id(curve, &beside), "ec-point-not-on-curve");
            let origin = vec![4; 1]
                .into_iter()
                .chain(vec![0; point.len() - 1])
                .collect::<Vec<u8>>();
            assert_eq!(id(curve, &origin), "ec-point-not-on-curve");
            let beyond = [&[4][..], &vec![0xff; point.len() - 1]].concat();
            assert_eq!(id(curve, &beyond), "ec-point-not-on-curve");
            assert_eq!(id(curve, &point[..point.len() - 1]), "ec-point-form");
            let hybrid = [&[6][..], &point[1..]].concat();
            assert_eq!(id(curve, &hybrid), "ec-point-form");
            assert_eq!(id(curve, &[0]), "ec-point-at-infinity");
            assert_eq!(id(curve, &[]), "ec-point-at-infinity");
        }
        assert_eq!(
            id("1.3.132.0.10", &[0]),
            "none",
            "a curve that is not known"
        );
    }

    #[test]
    fn of_compressed_points_every_other_is_on_the_curve() {
        let on = (0_u8..64).filter(|x| {
            let mut point = vec![0; 33];
            point[0] = 2;
            point[32] = *x;
            weakness("1.2.840.10045.3.1.7", &point).is_none()
        });
        assert!((16..48).contains(&on.count()));
    }
}
