//! Requests that need no session: public addresses and CORS preflights. They reach the app without an identity, or are answered
//! here (attack rows E5 and G2).

use std::rc::Rc;
use std::sync::Arc;

use http::request::Parts;
use http::{Method, Response};
use hyper::body::Incoming;

use super::body::Payload;
use super::forward::{self, Passage};
use super::permit::{self, OpenDoor, Pass};
use super::present::Present;
use super::route::{self, Destination, Route};
use super::watch::Ground;
use super::{Arrival, Body, Outcome, Plane, Pool, cors, reserved, visitor};
use crate::model::{Application, Mode, Preflight};
use crate::snapshot::Snapshot;
use crate::web::problem::Problem;

/// An open door that a request stands at.
pub(super) enum Door {
    /// To the app.
    App {
        /// What the app gets to see.
        destination: Destination,
        /// Which door.
        door: OpenDoor,
        /// The view that was judged by.
        snapshot: Arc<Snapshot>,
    },
    /// A preflight of a listed origin, answered here.
    Answer(Box<Response<Body>>),
}

/// The open door that this request stands at, if there is one. `None` is no refusal: the request needs a session.
pub(super) async fn door(
    plane: &Arc<Plane>,
    arrival: &Arrival,
    parts: &Parts,
    no_body: bool,
) -> Result<Option<Door>, Problem> {
    let app = &arrival.app;
    let preflight = no_body && cors::is_preflight(&parts.method, &parts.headers);
    let listed = preflight && cors::is_listed(app, &parts.headers);
    let path = below_tenant(app, parts.uri.path()).filter(|path| app.traffic.is_public(&parts.method, path));
    let door = match path {
        _ if preflight && app.traffic.preflight == Preflight::Forward => OpenDoor::Preflight,
        Some(path) => OpenDoor::Public(parts.method.clone(), path.to_owned()),
        None => return Ok(listed.then(|| Door::Answer(Box::new(cors::answer(&parts.headers))))),
    };
    // Only here may the browser say which tenant, by what it pinned.
    let visitor = if app.mode == Mode::Query { visitor(plane, &app.host, &parts.headers).await? } else { None };
    let pinned = visitor.as_ref().and_then(|visitor| visitor.handle.pinned());
    let snapshot = plane.snapshot.load_full();
    let safe = parts.method == Method::GET || parts.method == Method::HEAD;
    let destination = match route::route(&snapshot, app, parts.uri.path(), parts.uri.query(), pinned, safe) {
        Ok(Route::App(destination)) => destination,
        // The tenant counts for this request alone: there is no session to pin it to.
        Ok(Route::Pin { tenant, destination }) => Destination { tenant, target: destination, stripped: None },
        // What is wrong with the address is said where it is said to everybody.
        Ok(Route::AddSlash(_)) | Err(_) => return Ok(None),
    };
    if reserved::is_reserved(&destination.target) {
        return Ok(None);
    }
    if permit::open(app, &destination.tenant, &door, &snapshot).is_some() {
        return Ok(Some(Door::App { destination, door, snapshot }));
    }
    Ok(listed.then(|| Door::Answer(Box::new(cors::answer(&parts.headers)))))
}

/// Goes through it.
pub(super) async fn pass(
    plane: &Arc<Plane>,
    pool: &Rc<Pool>,
    arrival: &Arrival,
    door: Door,
    parts: Parts,
    incoming: Incoming,
) -> Result<Response<Body>, Problem> {
    let (destination, door, snapshot) = match door {
        Door::App { destination, door, snapshot } => (destination, door, snapshot),
        Door::Answer(answer) => {
            plane.meter.count(Outcome::Open);
            return Ok(*answer);
        }
    };
    let open = permit::open(&arrival.app, &destination.tenant, &door, &snapshot).ok_or(Problem::SignInRequired)?;
    let ground = Ground::Open(Arc::new(door));
    let trailers = arrival.app.traffic.trailers;
    let present = Present::of(&parts.headers);
    let now = plane.clock.now();
    let pass = Pass::Anybody(open);
    let passage = Passage { arrival, pass, ground, destination: &destination, trailers, present, now };
    let answered = forward::forward(plane, pool, passage, parts, Payload::Client(incoming)).await;
    if answered.is_ok() {
        plane.meter.count(Outcome::Open);
    }
    answered
}

/// The path as rules of the app are written: without the tenant that stands in front in `path` mode.
fn below_tenant<'p>(app: &Application, path: &'p str) -> Option<&'p str> {
    match app.mode {
        Mode::Path { .. } => {
            let bare = path.strip_prefix('/')?;
            bare.get(bare.find('/')?..)
        }
        Mode::Host | Mode::Query => Some(path),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proxy::samples::{desk, wiki};

    #[test]
    fn rules_are_written_below_the_tenant() {
        assert_eq!(below_tenant(&wiki(), "/assets/a"), Some("/assets/a"));
        for strip in [true, false] {
            assert_eq!(below_tenant(&desk(strip), "/contoso.example/assets/a"), Some("/assets/a"));
            assert_eq!(below_tenant(&desk(strip), "/contoso.example/"), Some("/"));
            assert_eq!(below_tenant(&desk(strip), "/contoso.example"), None);
            assert_eq!(below_tenant(&desk(strip), "//assets/a"), Some("/assets/a"), "and no tenant is named");
        }
    }
}
