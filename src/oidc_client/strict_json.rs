//! JSON objects without ambiguity: a name that stands twice is refused, for two readers would read two things.

use std::fmt;

use serde::de::{DeserializeSeed, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

/// Deeper nesting than any honest token, key set or discovery document has.
const DEPTH: usize = 16;

/// Reads one JSON object and nothing after it.
pub fn object(bytes: &[u8]) -> Result<Map<String, Value>, &'static str> {
    match whole(bytes)? {
        Value::Object(object) => Ok(object),
        _ => Err("is no JSON object"),
    }
}

/// Reads one JSON array and nothing after it.
pub(super) fn array(bytes: &[u8]) -> Result<Vec<Value>, &'static str> {
    match whole(bytes)? {
        Value::Array(items) => Ok(items),
        _ => Err("is no JSON array"),
    }
}

fn whole(bytes: &[u8]) -> Result<Value, &'static str> {
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let value = Strict(DEPTH).deserialize(&mut deserializer).map_err(|_| "is no unambiguous JSON")?;
    deserializer.end().map_err(|_| "has something after its JSON")?;
    Ok(value)
}

/// Reads any value, with as many levels left.
struct Strict(usize);

impl Strict {
    fn deeper<E: Error>(&self) -> Result<Self, E> {
        self.0.checked_sub(1).map(Self).ok_or_else(|| E::custom("nested too deeply"))
    }
}

impl<'de> DeserializeSeed<'de> for Strict {
    type Value = Value;

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        Number::from_f64(value).map(Value::Number).ok_or_else(|| E::custom("no number"))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut array = Vec::new();
        while let Some(item) = items.next_element_seed(self.deeper()?)? {
            array.push(item);
        }
        Ok(Value::Array(array))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some(name) = members.next_key::<String>()? {
            let value = members.next_value_seed(self.deeper()?)?;
            if object.insert(name, value).is_some() {
                return Err(A::Error::custom("a name stands twice"));
            }
        }
        Ok(Value::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a10_ambiguous_json_is_refused() {
        for text in [
            r#"{"sub":"a","sub":"b"}"#,
            r#"{"sub":"a","s\u0075b":"b"}"#,
            r#"{"a":{"x":1,"x":1}}"#,
            r#"{"a":[{"x":1,"x":2}]}"#,
            r#"{"a":1}{"b":2}"#,
            r#"{"a":1} x"#,
            r#"{"a":1,}"#,
            r#"{"a":NaN}"#,
            r#"{"a":1e999}"#,
            r#"{'a':1}"#,
            r#"{"a":"\ud800"}"#,
            r#"["a"]"#,
            r#""a""#,
            "",
            "\u{feff}{}",
        ] {
            assert!(object(text.as_bytes()).is_err(), "{text}");
            // Negative control: the usual reader lets the classic ones through and keeps the last.
            if text.starts_with(r#"{"sub""#) {
                assert_eq!(serde_json::from_str::<Value>(text).unwrap()["sub"], "b");
            }
        }
        assert!(object(b"{\"a\":\"\xff\"}").is_err());
        let bomb = format!(r#"{{"a":{}1{}}}"#, "[".repeat(40), "]".repeat(40));
        assert!(object(bomb.as_bytes()).is_err());
        let read = object(br#" {"a":[1,-2,0.5,null,true,"x"],"b":{"c":{}}} "#).unwrap();
        assert_eq!(Value::Object(read), serde_json::json!({"a":[1,-2,0.5,null,true,"x"],"b":{"c":{}}}));
    }
}
