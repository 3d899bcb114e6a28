//! The page *Can this person get in?*: the explanation of the command line, for one tenant.

use axum::extract::Path;

use super::desk::Desk;
use super::here::Here;
use super::views::{Explain, ExplainedStep, Nav, Section};
use crate::model::EmailAddress;
use crate::signin::explain::{Explanation, Question, Verdict, explain};
use crate::web::answer::Answer;
use crate::web::render;

/// Longest link that is explained, in bytes; the server takes no longer one either.
const LONGEST_LINK: usize = 8 * 1024;

/// `GET /{tenant}/explain?address=&url=`: it changes nothing, so that it can be linked to and opened again.
pub async fn page(here: Here, Path(tenant): Path<String>) -> Answer {
    let desk = match Desk::enter(here, &tenant).await {
        Ok(desk) => desk,
        Err(answer) => return *answer,
    };
    let typed = |name: &str| desk.here.query(name).unwrap_or_default().trim().to_owned();
    let (address, url) = (typed("address"), typed("url"));
    let chrome = desk.chrome();
    let asked = !address.is_empty() && !url.is_empty() && url.len() <= LONGEST_LINK;
    let (mut error, mut explanation) = (None, None);
    match address.parse::<EmailAddress>() {
        Ok(address) if asked => {
            let pinned = Some(desk.tenant.id);
            let question = Question { address: &address, url: &url, pinned, only: pinned, language: &chrome.language };
            match explain(&desk.here.app, std::sync::Arc::clone(&desk.snapshot), question).await {
                Ok(found) => explanation = Some(found),
                Err(error) => return desk.broken(&error),
            }
        }
        Err(_) if !address.is_empty() => error = Some(chrome.say("explain-address-wrong")),
        _ => {}
    }
    render::page(&Explain {
        nav: Nav { base: format!("/{}", desk.tenant.id), section: Section::Explain },
        address,
        url,
        error,
        verdict: explanation.as_ref().map(|found| (mood(found), found.conclusion.clone())),
        steps: explanation.iter().flat_map(|found| &found.findings).map(step).collect(),
        next: explanation.as_ref().map(|found| found.next.clone()).unwrap_or_default(),
        guest_url: explanation.and_then(|found| found.guest).map(|guest| desk.path(&format!("guests/{guest}"))),
        chrome,
    })
}

fn mood(explanation: &Explanation) -> &'static str {
    match explanation.verdict {
        Verdict::GetsIn | Verdict::AfterAgreeing => "good",
        Verdict::ByMailLinkOnly => "caution",
        Verdict::No | Verdict::LeadsNowhere => "alert",
    }
}

fn step(finding: &crate::signin::explain::Finding) -> ExplainedStep {
    ExplainedStep { heading: finding.heading.clone(), found: finding.found.clone(), passes: finding.passes }
}
