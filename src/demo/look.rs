//! One page frame for all demo sites; each site brings its own colours and shape.

use askama::Template;
use axum::body::Body;
use axum::response::Response;
use data_encoding::BASE64;
use http::{HeaderValue, StatusCode, header};

/// How one demo site looks.
pub struct Look {
    /// Shown in the title and at the top.
    pub name: &'static str,
    /// One line under the name.
    pub line: &'static str,
    /// Style sheet of this site; it sets at least the custom properties that the frame uses.
    pub style: &'static str,
}

/// What a page may do besides showing text.
#[derive(Clone, Copy, Default)]
pub struct Extras<'a> {
    /// One script of ours, allowed by its hash.
    pub script: Option<&'a str>,
    /// Reload after so many seconds.
    pub refresh: Option<u32>,
    /// Further Content-Security-Policy directives, each beginning with `; `.
    pub policy: &'a str,
}

#[derive(Template)]
#[template(
    ext = "html",
    source = r#"<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
{% if let Some(seconds) = refresh %}<meta http-equiv="refresh" content="{{ seconds }}">
{% endif %}<title>{{ title }} – {{ name }}</title>
<style>{{ style|safe }}</style>
</head>
<body>
<header><p class="brand">{{ name }}</p><p class="line">{{ line }}</p></header>
<main>
{{ body|safe }}
</main>
{% if let Some(script) = script %}<script>{{ script|safe }}</script>
{% endif %}</body>
</html>
"#
)]
struct Frame<'a> {
    title: &'a str,
    name: &'a str,
    line: &'a str,
    style: &'a str,
    body: &'a str,
    script: Option<&'a str>,
    refresh: Option<u32>,
}

const BASE: &str = r#"
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink);font:1rem/1.55 var(--face,system-ui,sans-serif)}
header{padding:1.25rem 1rem;max-width:var(--width,60rem);margin:0 auto}
.brand{margin:0;font-size:1.35rem;font-weight:700;color:var(--accent)}
.line{margin:0;color:var(--quiet);font-size:.9rem}
main{max-width:var(--width,60rem);margin:0 auto;padding:0 1rem 3rem}
h1{font-size:1.5rem;line-height:1.25;margin:.5rem 0 1rem}
h2{font-size:1.1rem;margin:1.75rem 0 .5rem}
a{color:var(--accent)}
label{display:block;font-weight:600;margin:.9rem 0 .3rem}
input[type=text],input[type=email],input[type=password],input[type=search]{width:100%;font:inherit;color:inherit;background:var(--ground);border:1px solid var(--edge);border-radius:var(--round,.4rem);padding:.6rem .7rem}
button,.button{display:inline-block;font:inherit;font-weight:600;text-decoration:none;cursor:pointer;border:1px solid var(--accent);border-radius:var(--round,.4rem);padding:.6rem 1.1rem;margin:1.1rem .5rem 0 0;background:var(--accent);color:var(--on-accent);min-height:2.75rem}
button.second{background:transparent;color:var(--accent)}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
.card{background:var(--card);border:1px solid var(--edge);border-radius:calc(var(--round,.4rem)*2);padding:1.5rem;margin:0 0 1rem}
.problem{border-left:.3rem solid var(--bad);padding:.5rem .8rem;background:var(--ground);margin:0 0 1rem}
.quiet{color:var(--quiet)}
.good{color:var(--good);font-weight:700}
.bad{color:var(--bad);font-weight:700}
.wide{overflow-x:auto}
table{border-collapse:collapse;width:100%}
caption{text-align:left;font-weight:600;padding:.5rem 0}
th,td{text-align:left;vertical-align:top;padding:.45rem .7rem .45rem 0;border-bottom:1px solid var(--edge);overflow-wrap:anywhere}
th{font-weight:600}
code,pre{font-family:ui-monospace,monospace;font-size:.92em;overflow-wrap:anywhere}
pre{white-space:pre-wrap;background:var(--ground);border:1px solid var(--edge);border-radius:.4rem;padding:.8rem;margin:0}
nav a{margin-right:1rem}
:root{--good:#17683a;--bad:#a4262c;--quiet:#575f6b;--edge:#8a92a0;--ink:#1b1f26;--ground:#fff;--card:#fff}
@media (prefers-color-scheme:dark){:root{--good:#74d39b;--bad:#ff9a9a;--quiet:#aab2be;--edge:#5f6876;--ink:#eceff4;--ground:#14171c;--card:#1b1f26}}
"#;

impl Look {
    /// A page of this site. `body` is HTML whose values were escaped by its own template.
    pub fn page(&self, status: StatusCode, title: &str, body: &str, extras: Extras<'_>) -> Response {
        let style = format!("{BASE}{}", self.style);
        let frame = Frame {
            title,
            name: self.name,
            line: self.line,
            style: &style,
            body,
            script: extras.script,
            refresh: extras.refresh,
        };
        let Ok(html) = frame.render() else { return failure() };
        // No `form-action`: Chromium applies it to the redirects that follow a form too, and a sign-in form ends at
        // another host.
        let mut policy = format!(
            "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; style-src '{}'{}",
            source_hash(&style),
            extras.policy
        );
        if let Some(script) = extras.script {
            policy.push_str(&format!("; script-src '{}'; connect-src 'self'", source_hash(script)));
        }
        let mut response = Response::new(Body::from(html));
        *response.status_mut() = status;
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
        if let Ok(policy) = HeaderValue::from_str(&policy) {
            headers.insert(header::CONTENT_SECURITY_POLICY, policy);
        }
        response
    }

    /// A page from a template.
    pub fn show(&self, status: StatusCode, title: &str, body: &impl Template) -> Response {
        match body.render() {
            Ok(body) => self.page(status, title, &body, Extras::default()),
            Err(_) => failure(),
        }
    }
}

/// The answer when a page could not be made; templates here do not fail, so nobody sees it.
pub fn failure() -> Response {
    let mut response = Response::new(Body::from("This page could not be made."));
    *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
    response
}

fn source_hash(text: &str) -> String {
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, text.as_bytes());
    format!("sha256-{}", BASE64.encode(digest.as_ref()))
}
