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

/// What every cmdlet of Microsoft.Graph 2.x sends with its requests; the last word of the agent is the cmdlet's variant.
fn shell<'a>(agent: &'a str, request: &'a str) -> Vec<(&'static str, &'a str)> {
    vec![
        ("accept", "application/json"),
        ("user-agent", agent),
        ("sdkversion", "graph-powershell/2.26.1, Graph-dotnet-1.25.1"),
        ("featureflag", "00000043"),
        ("cache-control", "no-store, no-cache"),
        ("accept-encoding", "gzip"),
        ("client-request-id", request),
    ]
}

fn agent(cmdlet: &str) -> String {
    format!("Mozilla/5.0,(Windows NT 10.0; Microsoft Windows 10.0.22631; en-US),PowerShell/7.4.6,{cmdlet}")
}

/// `Connect-MgGraph -Environment Vestibule -TenantId contoso.example -ClientSecretCredential $secret`: MSAL for .NET asks at the
/// authority of the environment, for the scope of its Graph endpoint, and the cmdlet reads the token for `Get-MgContext`.
async fn connected(world: &World) -> Client {
    let scope = world.broker("/.default");
    let url = world.broker("/contoso.example/oauth2/v2.0/token");
    let body: String = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("client_id", CLIENT)
        .append_pair("client_info", "1")
        .append_pair("client_secret", SECRET)
        .append_pair("scope", &scope)
        .append_pair("grant_type", "client_credentials")
        .finish();
    let headers = [
        ("content-type", "application/x-www-form-urlencoded; charset=utf-8"),
        ("accept", "application/json"),
        ("x-client-sku", "MSAL.NetCore"),
        ("x-client-ver", "4.67.2.0"),
        ("x-client-os", "Microsoft Windows 10.0.22631"),
        ("x-ms-lib-capability", "retry-after, h429"),
        ("x-client-current-telemetry", "5|1003,0,,,|0,1,1"),
        ("x-client-last-telemetry", "5|0|||"),
        ("client-request-id", "37b0a4f1-5f8a-4f6d-8a3a-0c8c1a3f7a55"),
        ("return-client-request-id", "true"),
        ("x-ms-client-request-id", "37b0a4f1-5f8a-4f6d-8a3a-0c8c1a3f7a55"),
        ("x-ms-return-client-request-id", "true"),
        ("user-agent", "azsdk-net-Identity/1.13.2 (.NET 8.0.11; Microsoft Windows 10.0.22631)"),
    ];
    let answer = world.browser().asks(Method::POST, &url, &headers, &body).await;
    answer.status(200);
    let answer = answer.json();
    assert_eq!((answer["token_type"].as_str(), answer["expires_in"].is_u64()), (Some("Bearer"), true));
    let token = answer["access_token"].as_str().unwrap().to_owned();
    let payload = data_encoding::BASE64URL_NOPAD.decode(token.split('.').nth(1).unwrap().as_bytes()).unwrap();
    let claims: Value = serde_json::from_slice(&payload).unwrap();
    assert_eq!(claims["tid"], CONTOSO);
    assert!(claims["roles"].as_array().unwrap().contains(&json!("User.Invite.All")), "{claims}");
    Client { browser: world.browser(), token, base: world.broker("") }
}

/// The recipe of docs/graph-api.md: `Connect-MgGraph`, `New-MgInvitation`, `Get-MgUser` in the ways it is used; then
/// `Update-MgUser`, `Remove-MgUser`, `Restore-MgDirectoryDeletedItem`.
#[tokio::test(flavor = "multi_thread")]
async fn the_requests_of_the_powershell_cmdlets_are_answered() {
    let world = world().await;
    let client = connected(&world).await;
    let id = "0c7f5fb0-5d53-4f0a-8b5e-6a3f6f6b4b1e";

    // New-MgInvitation -InvitedUserEmailAddress … -InviteRedirectUrl … -SendInvitationMessage
    let new = agent("New-MgInvitation_CreateExpanded");
    let body = json!({
        "inviteRedirectUrl": world.wiki("/"),
        "invitedUserDisplayName": "Shelly Shell",
        "invitedUserEmailAddress": "shell@fabrikam.example",
        "invitedUserMessageInfo": { "customizedMessageBody": "Hello." },
        "sendInvitationMessage": true,
    });
    let (status, made) = client.asks(Method::POST, "/v1.0/invitations", &shell(&new, id), Some(body)).await;
    assert_eq!((status, made["status"].as_str()), (201, Some("PendingAcceptance")), "{made}");
    assert!(made["inviteRedeemUrl"].as_str().unwrap().contains("/redeem/"));
    let user = made["invitedUser"]["id"].as_str().unwrap().to_owned();

    // Get-MgUser -Filter "externalUserState eq 'PendingAcceptance'" -ConsistencyLevel eventual -CountVariable n -All -PageSize 2
    let list = agent("Get-MgUser_List");
    let mut headers = shell(&list, id);
    headers.push(("consistencylevel", "eventual"));
    let first = "/v1.0/users?$top=2&$filter=externalUserState%20eq%20%27PendingAcceptance%27&$count=true";
    let (mut next, mut seen, mut count) = (first.to_owned(), Vec::new(), None);
    loop {
        let (status, page) = client.asks(Method::GET, &next, &headers, None).await;
        assert_eq!(status, 200, "{page}");
        count = count.or(page["@odata.count"].as_u64());
        seen.extend(page["value"].as_array().unwrap().clone());
        match page["@odata.nextLink"].as_str() {
            Some(link) => next = link.to_owned(),
            None => break,
        }
    }
    assert_eq!(count, Some(seen.len() as u64), "-CountVariable");
    assert!(seen.len() > 2 && seen.iter().any(|one| one["id"] == json!(user)));

    // Get-MgUser -Search '"displayName:Shelly"' -ConsistencyLevel eventual -Property id,displayName,externalUserState
    let search = "/v1.0/users?$search=%22displayName%3AShelly%22&$select=id,displayName,externalUserState";
    let (status, page) = client.asks(Method::GET, search, &headers, None).await;
    assert_eq!((status, page["value"].as_array().unwrap().len()), (200, 1), "{page}");
    assert_eq!(page["value"][0]["externalUserState"], "PendingAcceptance");

    // Get-MgUser -UserId …, by id and by principal name
    let get = agent("Get-MgUser_Get");
    let (status, one) = client.asks(Method::GET, &format!("/v1.0/users/{user}"), &shell(&get, id), None).await;
    assert_eq!((status, &one["displayName"]), (200, &json!("Shelly Shell")));
    let name = one["userPrincipalName"].as_str().unwrap().replace('#', "%23").replace('@', "%40");
    let (status, same) = client.asks(Method::GET, &format!("/v1.0/users/{name}"), &shell(&get, id), None).await;
    assert_eq!((status, &same["id"]), (200, &json!(user)));
    // Somebody who is not there: what PowerShell shows is the code and the words.
    let nobody = "/v1.0/users/00000000-0000-4000-8000-00000000dead";
    let (status, error) = client.asks(Method::GET, nobody, &shell(&get, id), None).await;
    assert_eq!((status, &error["error"]["code"]), (404, &json!("Request_ResourceNotFound")));
    assert_eq!(error["error"]["innerError"]["client-request-id"], id);

    // Update-MgUser -AccountEnabled:$false, Remove-MgUser, Restore-MgDirectoryDeletedItem
    let change = json!({ "accountEnabled": false });
    let update = agent("Update-MgUser_UpdateExpanded");
    let path = format!("/v1.0/users/{user}");
    assert_eq!(client.asks(Method::PATCH, &path, &shell(&update, id), Some(change)).await.0, 204);
    let remove = agent("Remove-MgUser_Delete");
    assert_eq!(client.asks(Method::DELETE, &path, &shell(&remove, id), None).await.0, 204);
    let restore = agent("Restore-MgDirectoryDeletedItem_Restore");
    let path = format!("/v1.0/directory/deletedItems/{user}/restore");
    assert_eq!(client.asks(Method::POST, &path, &shell(&restore, id), None).await.0, 200);
}

/// What the server refuses before the API sees it is told in a form that programs read.
#[tokio::test(flavor = "multi_thread")]
async fn programs_read_json_also_where_the_server_itself_refuses() {
    let world = world().await;
    let browser = world.browser();
    let long = world.broker(&format!("/v1.0/users?x={}", "a".repeat(9_000)));
    let answer = browser.asks(Method::GET, &long, &[("accept", "*/*")], "").await;
    answer.status(414);
    assert_eq!(answer.json()["error"]["code"], "targetTooLong");
    // The controls: somebody whom a browser leads there, and an address of people.
    let led = [("accept", "*/*"), ("sec-fetch-mode", "navigate"), ("sec-fetch-dest", "document")];
    browser.asks(Method::GET, &long, &led, "").await.status(414).sees("too long");
    let page = world.broker(&format!("/v1.0x/users?x={}", "a".repeat(9_000)));
    browser.asks(Method::GET, &page, &[("accept", "*/*")], "").await.status(414).sees("too long");
    let trace = browser.asks(Method::TRACE, &world.broker("/v1.0/users"), &[], "").await;
    trace.status(405);
    assert!(trace.headers["allow"].to_str().unwrap().split(", ").any(|method| method == "PATCH"));
    // A body that is too long is read past its limit, so that its sender reads why.
    let client = client(&world, CONTOSO, &world.broker("/.default")).await;
    let body = json!({ "invitedUserDisplayName": "x".repeat(600 * 1024) });
    let (status, error) = client.asks(Method::POST, "/v1.0/invitations", &[], Some(body)).await;
    assert_eq!((status, &error["error"]["code"]), (413, &json!("Request_EntityTooLarge")));
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
