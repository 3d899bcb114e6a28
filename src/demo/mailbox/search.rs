//! Finds messages: `to:guest@fabrikam.example subject:"get started" is:unread code`, all of it must match.

use super::Message;

/// Whether the message fits the query; an empty query fits all.
pub(super) fn matches(message: &Message, query: &str) -> bool {
    terms(query).iter().all(|term| {
        // Mailpit: `!` or `-` before a term turns it around.
        match term.strip_prefix('!').or_else(|| term.strip_prefix('-')) {
            Some(unwanted) => !fits(message, unwanted),
            None => fits(message, term),
        }
    })
}

fn fits(message: &Message, term: &str) -> bool {
    let (field, wanted) = term.split_once(':').unwrap_or(("", term));
    let wanted = wanted.to_lowercase();
    let has = |text: &str| text.to_lowercase().contains(&wanted);
    let people = |people: &[super::Person]| people.iter().any(|person| has(&person.address) || has(&person.name));
    match field.to_ascii_lowercase().as_str() {
        "to" => people(&message.to),
        "cc" => people(&message.cc),
        "bcc" => people(&message.bcc),
        "from" => message.from.as_ref().is_some_and(|from| has(&from.address) || has(&from.name)),
        "addressed" => people(&message.to) || people(&message.cc) || people(&message.bcc),
        "subject" => has(&message.subject),
        "message-id" => has(&message.message_id),
        "is" => message.is_read() == (wanted == "read"),
        _ => {
            // No field that we know: the whole term is a word, as in an address with a port.
            let wanted = term.to_lowercase();
            let has = |text: &str| text.to_lowercase().contains(&wanted);
            has(&message.subject)
                || has(&message.text)
                || message.from.iter().chain(&message.to).chain(&message.cc).any(|person| has(&person.address))
        }
    }
}

/// Splits at spaces that are not between quotation marks; the marks go.
fn terms(query: &str) -> Vec<String> {
    let (mut terms, mut term, mut quoted) = (Vec::new(), String::new(), false);
    for letter in query.chars() {
        match letter {
            '"' => quoted = !quoted,
            space if space.is_whitespace() && !quoted => terms.push(std::mem::take(&mut term)),
            letter => term.push(letter),
        }
    }
    terms.push(term);
    terms.retain(|term| !term.is_empty());
    terms
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_term_must_match() {
        let raw = "From: Vestibule <no-reply@v.example>\r\nTo: Guest <guest@fabrikam.example>\r\n\
                   Subject: Get started now\r\n\r\nYour code is 12345678";
        let to = vec!["guest@fabrikam.example".to_owned()];
        let message = Message::new("1".into(), String::new(), to, raw.into(), 0);
        for good in [
            "",
            "to:guest@fabrikam.example",
            "to:GUEST@fabrikam.example from:vestibule",
            "subject:\"get started\" 12345678",
            "\"code is\" !to:other",
            "is:unread",
            "-is:read",
        ] {
            assert!(matches(&message, good), "{good}");
        }
        for bad in ["to:other", "to:guest@fabrikam.example other", "\"is code\"", "!code", "is:read", "bcc:guest"] {
            assert!(!matches(&message, bad), "{bad}");
        }
    }
}
