//! The requests of Microsoft's own clients, byte for byte as they send them, over real sockets and with real tokens: Python
//! `msal` and `msgraph-sdk`, Node `@microsoft/microsoft-graph-client`, and the PowerShell cmdlets, which cannot be had here.

use http::Method;
use serde_json::{Value, json};

use super::api::CLIENT;
use crate::actors::{Browser, CONTOSO, NORTHWIND, World, world};

const SECRET: &str = "demo-secret";

/// Client credentials, as msal asks for them.
async fn token(world: &World, tenant: &str, scope: &str) -> String {
    let url = world.broker(&format!("/{tenant}/oauth2/v2.0/token"));
    let body: String = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("client_id", CLIENT)
        .append_pair("client_secret", SECRET)
        .append_pair("grant_type", "client_credentials")
        .append_pair("scope", scope)
        .append_pair("client_info", "1")
        .finish();
    let headers = [
        ("content-type", "application/x-www-form-urlencoded"),
        ("accept", "application/json"),
        ("x-client-sku", "MSAL.Python"),
        ("x-client-ver", "1.39.0"),
        ("x-client-current-telemetry", "4|730,2|"),
        ("client-request-id", "8d6a1a8a-3c58-4c9d-9f4b-4dca5a6f6c11"),
    ];
    let answer = world.browser().asks(Method::POST, &url, &headers, &body).await;
    answer.status(200);
    let answer = answer.json();
    assert_eq!(answer["token_type"], "Bearer");
    answer["access_token"].as_str().unwrap().to_owned()
}

struct Client {
    browser: Browser,
    token: String,
    base: String,
}

impl Client {
    async fn asks(&self, method: Method, path: &str, headers: &[(&str, &str)], body: Option<Value>) -> (u16, Value) {
        let bearer = format!("Bearer {}", self.token);
        let mut all = vec![("authorization", bearer.as_str())];
        all.extend_from_slice(headers);
        if body.is_some() {
            all.push(("content-type", "application/json"));
        }
        let body = body.map(|body| body.to_string()).unwrap_or_default();
        let url = if path.starts_with("https://") { path.to_owned() } else { format!("{}{path}", self.base) };
        let answer = self.browser.asks(method, &url, &all, &body).await;
        (answer.status.as_u16(), serde_json::from_str(&answer.body).unwrap_or(Value::Null))
    }
}

async fn client(world: &World, tenant: &str, scope: &str) -> Client {
    Client { browser: world.browser(), token: token(world, tenant, scope).await, base: world.broker("") }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_name_of_the_api_gives_a_token_for_it() {
    let world = world().await;
    let origin = world.broker("");
    let bare = origin.rsplit_once(':').unwrap().0.to_owned();
    for scope in
        [format!("{origin}/.default"), format!("{bare}/.default"), "https://graph.microsoft.com/.default".to_owned()]
    {
        let client = client(&world, "contoso.example", &scope).await;
        let (status, body) = client.asks(Method::GET, "/v1.0/organization", &[], None).await;
        assert_eq!((status, &body["value"][0]["id"]), (200, &json!(CONTOSO)), "{scope}");
    }
}

/// `msgraph-sdk` (kiota): its headers, its annotations, its order of doing things.
#[tokio::test(flavor = "multi_thread")]
async fn python_invites_finds_resets_and_pages() {
    let world = world().await;
    let client = client(&world, CONTOSO, &world.broker("/.default")).await;
    let kiota = [
        ("accept", "application/json"),
        ("user-agent", "python-requests/kiota-python"),
        ("sdkversion", "graph-python/1.30.0, graph-python-core/1.3.0 (featureUsage=7)"),
        ("client-request-id", "5b1d8a8a-8f0e-4c63-9b0a-2a35b4c1d5aa"),
    ];
    let body = json!({
        "@odata.type": "#microsoft.graph.invitation",
        "invitedUserEmailAddress": "kiota@fabrikam.example",
        "inviteRedirectUrl": world.wiki("/"),
        "sendInvitationMessage": true,
    });
    let (status, made) = client.asks(Method::POST, "/v1.0/invitations", &kiota, Some(body)).await;
    assert_eq!((status, &made["status"]), (201, &json!("PendingAcceptance")), "{made}");
    let guest = made["invitedUser"]["id"].as_str().unwrap().to_owned();
    let path = "/v1.0/users?%24count=true&%24filter=externalUserState%20eq%20%27PendingAcceptance%27&%24select=id,mail,externalUserState&%24top=2";
    let mut headers = kiota.to_vec();
    headers.push(("consistencylevel", "eventual"));
    let (mut next, mut seen, mut count) = (path.to_owned(), Vec::new(), 0);
    loop {
        let (status, page) = client.asks(Method::GET, &next, &headers, None).await;
        assert_eq!(status, 200, "{page}");
        if next == path {
            count = page["@odata.count"].as_u64().unwrap();
        }
        seen.extend(page["value"].as_array().unwrap().clone());
        match page["@odata.nextLink"].as_str() {
            // The SDK follows the link as it stands.
            Some(link) => next = link.to_owned(),
            None => break,
        }
    }
    assert_eq!(seen.len() as u64, count);
    assert!(seen.iter().any(|user| user["id"] == json!(guest) && user["externalUserState"] == "PendingAcceptance"));
    let reset = json!({
        "invitedUser": { "@odata.type": "#microsoft.graph.user", "id": guest },
        "invitedUserEmailAddress": "kiota@fabrikam.example",
        "inviteRedirectUrl": world.wiki("/"),
        "resetRedemption": true,
        "sendInvitationMessage": false,
    });
    let (status, again) = client.asks(Method::POST, "/v1.0/invitations", &kiota, Some(reset)).await;
    assert_eq!((status, &again["invitedUser"]["id"]), (201, &json!(guest)), "{again}");
    let acceptances = "/v1.0/identityGovernance/termsOfUse/agreements/c0a70500-0000-4000-8000-0000000000d1/acceptances";
    let (status, page) = client.asks(Method::GET, acceptances, &kiota, None).await;
    assert_eq!((status, page["value"].is_array()), (200, true), "{page}");
}

/// `New-MgInvitation`, `Get-MgUser`, `Update-MgUser`, `Remove-MgUser`, `Restore-MgDirectoryDeletedItem`.
#[tokio::test(flavor = "multi_thread")]
async fn the_requests_of_the_powershell_cmdlets_are_answered() {
    let world = world().await;
    let client = client(&world, "contoso.example", "https://graph.microsoft.com/.default").await;
    let shell = [
        ("accept", "application/json"),
        (
            "user-agent",
            "Mozilla/5.0,(Windows NT 10.0; Microsoft Windows 10.0.22631; en-US),PowerShell/7.4.6,New-MgInvitation_Create",
        ),
        ("sdkversion", "graph-powershell/2.26.1"),
        ("featureflag", "00000043"),
        ("cache-control", "no-store, no-cache"),
        ("client-request-id", "0c7f5fb0-5d53-4f0a-8b5e-6a3f6f6b4b1e"),
    ];
    let body = json!({
        "inviteRedirectUrl": world.wiki("/"),
        "invitedUserEmailAddress": "shell@fabrikam.example",
        "invitedUserDisplayName": "Shelly Shell",
        "invitedUserMessageInfo": { "customizedMessageBody": "Hello." },
        "sendInvitationMessage": true,
    });
    let (status, made) = client.asks(Method::POST, "/v1.0/invitations", &shell, Some(body)).await;
    assert_eq!(status, 201, "{made}");
    let id = made["invitedUser"]["id"].as_str().unwrap().to_owned();
    let mut headers = shell.to_vec();
    headers.push(("consistencylevel", "eventual"));
    let all = "/v1.0/users?$filter=externalUserState%20eq%20'PendingAcceptance'&$count=true";
    let (status, page) = client.asks(Method::GET, all, &headers, None).await;
    assert_eq!((status, page["@odata.count"].as_u64().unwrap()), (200, page["value"].as_array().unwrap().len() as u64));
    let (status, one) = client.asks(Method::GET, &format!("/v1.0/users/{id}"), &shell, None).await;
    assert_eq!((status, &one["displayName"]), (200, &json!("Shelly Shell")));
    let change = json!({ "accountEnabled": false });
    assert_eq!(client.asks(Method::PATCH, &format!("/v1.0/users/{id}"), &shell, Some(change)).await.0, 204);
    assert_eq!(client.asks(Method::DELETE, &format!("/v1.0/users/{id}"), &shell, None).await.0, 204);
    let restore = format!("/v1.0/directory/deletedItems/{id}/restore");
    assert_eq!(client.asks(Method::POST, &restore, &shell, None).await.0, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn c1_j7_a_token_counts_for_its_tenant_and_kind_alone() {
    let world = world().await;
    let contoso = client(&world, CONTOSO, &world.broker("/.default")).await;
    let northwind = client(&world, NORTHWIND, &world.broker("/.default")).await;
    let own = |client: &Client| {
        let (browser, token, base) = (client.browser.clone(), client.token.clone(), client.base.clone());
        async move {
            let (status, body) =
                Client { browser, token, base }.asks(Method::GET, "/v1.0/organization", &[], None).await;
            (status, body["value"][0]["id"].clone())
        }
    };
    assert_eq!(own(&contoso).await, (200, json!(CONTOSO)));
    assert_eq!(own(&northwind).await, (200, json!(NORTHWIND)));
    // The payload of one with the signature of the other, other bytes, no signature, another algorithm.
    let parts: Vec<&str> = contoso.token.split('.').collect();
    let others: Vec<&str> = northwind.token.split('.').collect();
    let none = data_encoding::BASE64URL_NOPAD.encode(br#"{"alg":"none","typ":"at+jwt"}"#);
    for forged in [
        format!("{}.{}.{}", parts[0], others[1], parts[2]),
        format!("{}.{}.{}", others[0], parts[1], others[2]),
        format!("{}.{}.", parts[0], parts[1]),
        format!("{none}.{}.", parts[1]),
        format!("{}.{}", parts[0], parts[1]),
        "x".to_owned(),
    ] {
        let client = Client { browser: world.browser(), token: forged, base: world.broker("") };
        assert_eq!(own(&client).await.0, 401);
    }
    // The broker's own pages ignore the token, and the API ignores cookies.
    let browser = world.browser();
    let answer = browser.asks(Method::GET, &world.broker("/v1.0/me"), &[("cookie", "__Host-vestibule=x")], "").await;
    answer.status(401);
}
