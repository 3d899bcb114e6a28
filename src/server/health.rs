//! Health, readiness and metrics, on a listener of their own: no path, method or user agent on the public listeners is
//! an exception to anything (attack row E4).

use std::sync::Arc;

use axum::Router;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use axum::routing::get;
use futures_util::future::BoxFuture;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::proxy::Meter;

/// Whether everything that requests need answers.
pub type Readiness = Arc<dyn Fn() -> BoxFuture<'static, bool> + Send + Sync>;

/// Answers until `stopped`; from `stopping` on it says "not ready", so that balancers look elsewhere.
pub async fn serve(
    listener: std::net::TcpListener,
    meter: Arc<Meter>,
    ready: Readiness,
    stopping: CancellationToken,
    stopped: CancellationToken,
) -> std::io::Result<()> {
    let listener = TcpListener::from_std(listener)?;
    let router = router(meter, ready, stopping);
    axum::serve(listener, router).with_graceful_shutdown(async move { stopped.cancelled().await }).await
}

fn router(meter: Arc<Meter>, ready: Readiness, stopping: CancellationToken) -> Router {
    let alive = || async { "ok\n" };
    let readiness = move || {
        let (ready, stopping) = (Arc::clone(&ready), stopping.clone());
        async move {
            if !stopping.is_cancelled() && ready().await {
                (StatusCode::OK, "ready\n")
            } else {
                (StatusCode::SERVICE_UNAVAILABLE, "not ready\n")
            }
        }
    };
    let metrics = move || {
        let meter = Arc::clone(&meter);
        async move {
            let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
            ([(CONTENT_TYPE, kind)], meter.text()).into_response()
        }
    };
    Router::new()
        .route("/healthz", get(alive))
        .route("/ping", get(alive))
        .route("/readyz", get(readiness.clone()))
        .route("/ready", get(readiness))
        .route("/metrics", get(metrics))
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::http::Request;
    use tower::ServiceExt;

    use super::*;

    #[tokio::test]
    async fn readiness_follows_the_parts_and_ends_with_the_drain() {
        let stopping = CancellationToken::new();
        let ask = async |path: &str, up: bool, stopping: &CancellationToken| {
            let ready: Readiness = Arc::new(move || Box::pin(async move { up }));
            let router = router(Arc::new(Meter::default()), ready, stopping.clone());
            let request = Request::get(path).body(Body::empty()).unwrap();
            router.oneshot(request).await.unwrap().status()
        };
        for path in ["/healthz", "/ping", "/readyz", "/ready", "/metrics"] {
            assert_eq!(ask(path, true, &stopping).await, 200, "{path}");
        }
        assert_eq!(ask("/readyz", false, &stopping).await, 503);
        stopping.cancel();
        assert_eq!(ask("/ready", true, &stopping).await, 503);
        assert_eq!(ask("/healthz", true, &stopping).await, 200);
    }
}
