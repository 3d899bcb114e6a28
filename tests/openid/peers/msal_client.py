"""Microsoft's msal for Python as a program that acts for somebody, instance discovery off, driven line by line: each line in is
{do, …} as JSON, each line out the answer.

msal_client.py ORIGIN AUTHORITY CLIENT_ID REDIRECT_URI CA [SECRET]: without a secret it is a program on somebody's device.
"""

import json
import sys
import urllib.parse

import msal
import requests

origin, authority, client_id, redirect_uri, ca = sys.argv[1:6]
if len(sys.argv) > 6:
    app = msal.ConfidentialClientApplication(
        client_id, client_credential=sys.argv[6], authority=authority, instance_discovery=False, verify=ca,
    )
else:
    app = msal.PublicClientApplication(client_id, authority=authority, instance_discovery=False, verify=ca)
begun = {}


def begin(scopes):
    begun["flow"] = app.initiate_auth_code_flow(scopes, redirect_uri=redirect_uri)
    return {"url": begun["flow"]["auth_uri"]}


def finish(url):
    return app.acquire_token_by_auth_code_flow(begun["flow"], dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(url).query)))


def renew(scopes):
    return app.acquire_token_silent_with_error(scopes, app.get_accounts()[0], force_refresh=True)


def device(scopes):
    begun["device"] = app.initiate_device_flow(scopes)
    return begun["device"]


def wait():
    return app.acquire_token_by_device_flow(begun["device"])


def call(token, path, body=None):
    headers = {"Authorization": f"Bearer {token}"}
    method = "GET" if body is None else "POST"
    answer = requests.request(method, origin + path, json=body, headers=headers, verify=ca, timeout=30)
    return {"status": answer.status_code, "body": answer.json()}


by_name = {deed.__name__: deed for deed in [begin, finish, renew, device, wait, call]}
for line in sys.stdin:
    wanted = json.loads(line)
    try:
        answer = by_name[wanted.pop("do")](**wanted)
        # The library keeps what an error was in error_description.
        if "error" in answer:
            answer["message"] = answer.get("error_description", "")
    except Exception as fault:  # whatever the library finds wrong is the answer
        answer = {"error": type(fault).__name__, "message": str(fault)}
    print(json.dumps(answer), flush=True)
