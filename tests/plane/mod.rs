//! The data plane over loopback sockets, judged by a raw upstream that records every byte.

mod busy;
mod forward;
mod journey;
mod kept;
mod limits;
mod messages;
mod open;
mod smuggling;
mod tls;
mod trailers;
mod tunnel;
mod tunnel_http2;
mod upstream_kit;
mod upstreams;
mod upstreams_tls;
mod world;
