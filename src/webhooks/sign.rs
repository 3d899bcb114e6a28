//! How a message is signed (Standard Webhooks, "Signature scheme"): HMAC-SHA-256 over id, time and body, once for each secret.

use aws_lc_rs::hmac;
use data_encoding::BASE64;

use crate::model::SigningSecret;

/// The value of `webhook-signature`: one signature for each secret, with a space between.
pub fn signatures(secrets: &[SigningSecret], id: &str, timestamp: i64, body: &str) -> String {
    let signed = format!("{id}.{timestamp}.{body}");
    let one = |secret: &SigningSecret| {
        let key = hmac::Key::new(hmac::HMAC_SHA256, secret.expose());
        format!("v1,{}", BASE64.encode(hmac::sign(&key, signed.as_bytes()).as_ref()))
    };
    secrets.iter().map(one).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    const TIME: i64 = 1_614_265_330;
    const BODY: &str = r#"{"test": 2432232314}"#;

    fn secret() -> SigningSecret {
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".parse().unwrap()
    }

    /// The vector that the specification's libraries are tested with.
    #[test]
    fn the_known_vector_comes_out() {
        let signed = signatures(&[secret()], ID, TIME, BODY);
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn every_part_counts_and_two_secrets_give_two_signatures() {
        let other: SigningSecret = format!("whsec_{}", BASE64.encode(&[7; 32])).parse().unwrap();
        let signed = signatures(&[secret()], ID, TIME, BODY);
        for changed in [
            signatures(&[secret()], "msg_other", TIME, BODY),
            signatures(&[secret()], ID, TIME + 1, BODY),
            signatures(&[secret()], ID, TIME, r#"{"test": 2432232315}"#),
            signatures(std::slice::from_ref(&other), ID, TIME, BODY),
        ] {
            assert_ne!(changed, signed);
        }
        let both = signatures(&[other.clone(), secret()], ID, TIME, BODY);
        assert_eq!(both, format!("{} {signed}", signatures(&[other], ID, TIME, BODY)));
    }
}
