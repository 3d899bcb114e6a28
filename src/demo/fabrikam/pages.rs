//! What people see at Fabrikam.

use askama::Template;
use axum::response::Response;
use http::StatusCode;

use super::Person;
use crate::demo::look::Look;

const LOOK: Look = Look {
    name: "Fabrikam",
    line: "Precision looms since 1911 · sample home organization of the Vestibule demo",
    style: r#"
:root{--width:27rem;--face:Georgia,'Times New Roman',serif;--round:.15rem;--accent:#0b5f59;--on-accent:#fff;--ground:#f3f0e8;--card:#fffdf8}
body{border-top:.5rem solid var(--accent);min-height:100vh}
.brand{letter-spacing:.12em;text-transform:uppercase}
button{font-family:system-ui,sans-serif}
@media (prefers-color-scheme:dark){:root{--accent:#6fd6cb;--on-accent:#06201e;--ground:#101a19;--card:#172423}}
"#,
};

#[derive(Template)]
#[template(
    ext = "html",
    source = r#"<div class="card"><h1>Sign in at Fabrikam</h1>
{% if wrong %}<p class="problem" role="alert">That name and password do not belong together. Try again.</p>{% endif %}
<form method="post" action="/sign-in">
<input type="hidden" name="flow" value="{{ flow }}">
<label for="username">Work address</label>
<input id="username" name="username" type="text" value="{{ username }}" autocomplete="username" autocapitalize="none" spellcheck="false" required{% if username.is_empty() %} autofocus{% endif %}>
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" required{% if !username.is_empty() %} autofocus{% endif %}>
<button type="submit">Sign in</button>
<button type="submit" class="second" name="choice" value="cancel" formnovalidate>Cancel</button>
</form></div>
<p class="quiet">Sample people: guest, direct, colleague and worker @fabrikam.example. The password is <code>demo</code>.</p>"#
)]
struct SignIn<'a> {
    flow: &'a str,
    username: &'a str,
    wrong: bool,
}

/// The sign-in page.
pub(super) fn sign_in(flow: &str, username: &str, wrong: bool) -> Response {
    let status = if wrong { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    LOOK.show(status, "Sign in", &SignIn { flow, username, wrong })
}

#[derive(Template)]
#[template(
    ext = "html",
    source = r#"<div class="card"><h1>Which account?</h1>
<p>You are signed in as <strong>{{ person.name }}</strong><br>{{ person.address }}</p>
{% if let Some(hint) = hint %}<p>The app asked for <strong>{{ hint }}</strong>.</p>{% endif %}
<form method="post" action="/sign-in">
<input type="hidden" name="flow" value="{{ flow }}">
<button type="submit" name="choice" value="continue">Continue as {{ person.name }}</button>
<button type="submit" class="second" name="choice" value="another">Use another account</button>
<button type="submit" class="second" name="choice" value="cancel">Cancel</button>
</form></div>"#
)]
struct Choose<'a> {
    flow: &'a str,
    person: &'a Person,
    hint: Option<&'a str>,
}

/// Somebody is signed in already: as that person, or as another?
pub(super) fn choose(flow: &str, person: &Person, hint: Option<&str>) -> Response {
    let hint = hint.filter(|hint| !hint.eq_ignore_ascii_case(person.address));
    LOOK.show(StatusCode::OK, "Which account?", &Choose { flow, person, hint })
}

#[derive(Template)]
#[template(ext = "html", source = r#"<div class="card"><h1>This does not work</h1><p>{{ text }}</p></div>"#)]
struct Problem<'a> {
    text: &'a str,
}

/// A dead end, with what to do.
pub(super) fn problem(status: StatusCode, text: &str) -> Response {
    LOOK.show(status, "This does not work", &Problem { text })
}

/// The sign-in page is not open in this browser, or no longer.
pub(super) fn expired() -> Response {
    problem(
        StatusCode::BAD_REQUEST,
        "This sign-in is over, or it was begun in another browser. Go back to the app and start again; cookies must be allowed.",
    )
}

#[derive(Template)]
#[template(
    ext = "html",
    source = r#"<div class="card"><h1>Welcome to Fabrikam</h1>
{% if let Some(person) = person %}<p>You are signed in as <strong>{{ person.name }}</strong><br>{{ person.address }}</p>
<form method="post" action="/sign-out"><button type="submit">Sign out</button></form>
{% else %}<p>Nobody is signed in. Apps send you here when it is time to sign in.</p>{% endif %}</div>"#
)]
struct Home<'a> {
    person: Option<&'a Person>,
}

/// The front page.
pub(super) fn home(person: Option<&Person>) -> Response {
    LOOK.show(StatusCode::OK, "Welcome", &Home { person })
}

#[derive(Template)]
#[template(
    ext = "html",
    source = r#"<div class="card"><h1>Sign out of Fabrikam?</h1>
<form method="post" action="/sign-out"><button type="submit">Sign out</button></form></div>"#
)]
struct AskSignOut;

/// Asks before signing out.
pub(super) fn ask_sign_out() -> Response {
    LOOK.show(StatusCode::OK, "Sign out?", &AskSignOut)
}

#[derive(Template)]
#[template(
    ext = "html",
    source = r#"<div class="card"><h1>You are signed out of Fabrikam</h1><p>You may close this window.</p></div>"#
)]
struct SignedOut;

/// Done.
pub(super) fn signed_out() -> Response {
    LOOK.show(StatusCode::OK, "Signed out", &SignedOut)
}
