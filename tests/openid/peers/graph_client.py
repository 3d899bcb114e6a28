"""Microsoft's own clients for Python, unmodified: msal gets the tokens, msgraph-sdk calls the API. Four things are changed, as
decision 32 says: base URL, authority, allowed hosts, and instance discovery, which is off."""

import argparse
import asyncio
import sys
import traceback

import httpx
import msal
from kiota_abstractions.authentication import AccessTokenProvider, AllowedHostsValidator, BaseBearerTokenAuthenticationProvider
from kiota_abstractions.base_request_configuration import RequestConfiguration
from kiota_abstractions.api_error import APIError
from msgraph import GraphRequestAdapter, GraphServiceClient
from msgraph.generated.models.invitation import Invitation
from msgraph.generated.models.invited_user_message_info import InvitedUserMessageInfo
from msgraph.generated.models.o_data_errors.o_data_error import ODataError
from msgraph.generated.models.user import User
from msgraph.generated.users.users_request_builder import UsersRequestBuilder
from msgraph_core.requests.batch_request_builder import BatchRequestBuilder
from msgraph_core.requests.batch_request_content import BatchRequestContent
from msgraph_core.requests.batch_request_item import BatchRequestItem
from msgraph_core.tasks.page_iterator import PageIterator


class Tokens(AccessTokenProvider):
    def __init__(self, given, tenant):
        self.origin = origin = given.origin
        self.app = msal.ConfidentialClientApplication(
            given.client, client_credential=given.secret, authority=f"{origin}/{tenant}", instance_discovery=False, verify=given.ca,
        )
        self.hosts = AllowedHostsValidator([httpx.URL(origin).host])

    async def get_authorization_token(self, uri, additional_authentication_context={}):
        answer = self.app.acquire_token_for_client([f"{self.origin}/.default"])
        if "access_token" not in answer:
            raise RuntimeError(f"no token: {answer}")
        return answer["access_token"]

    def get_allowed_hosts_validator(self):
        return self.hosts


def client(given, tenant):
    transport = httpx.AsyncClient(verify=given.ca, timeout=30)
    adapter = GraphRequestAdapter(BaseBearerTokenAuthenticationProvider(Tokens(given, tenant)), client=transport)
    adapter.base_url = f"{given.origin}/v1.0"
    return GraphServiceClient(request_adapter=adapter)


async def main(given):
    graph, wiki, users = client(given, "acme.example"), given.redirect, given.users
    passed = 0

    def check(words, truth, seen=None):
        nonlocal passed
        if not truth:
            raise AssertionError(f"{words}: {seen}")
        print(f"ok {words}")
        passed += 1

    made = await graph.invitations.post(Invitation(
        invited_user_email_address="sdk@fabrikam.example", invite_redirect_url=wiki, send_invitation_message=True,
        invited_user_display_name="Sadie Sdk",
        invited_user_message_info=InvitedUserMessageInfo(customized_message_body="Welcome."),
    ))
    check("an invitation is made", made.status == "PendingAcceptance" and made.invited_user.id, made)
    query = UsersRequestBuilder.UsersRequestBuilderGetQueryParameters(
        filter="externalUserState eq 'PendingAcceptance' and mail eq 'sdk@fabrikam.example'",
        select=["id", "mail", "externalUserState", "identities"], count=True,
    )
    configuration = RequestConfiguration(query_parameters=query)
    configuration.headers.add("ConsistencyLevel", "eventual")
    found = await graph.users.get(request_configuration=configuration)
    check("it is found by its state", found.odata_count == 1 and found.value[0].id == made.invited_user.id, found)
    reset = await graph.invitations.post(Invitation(
        invited_user_email_address="sdk@fabrikam.example", invite_redirect_url=wiki, send_invitation_message=False,
        reset_redemption=True, invited_user=User(id=made.invited_user.id),
    ))
    check("its redemption is reset", reset.invited_user.id == made.invited_user.id and reset.id != made.id, reset)
    await graph.users.by_user_id(made.invited_user.id).patch(User(display_name="Sadie S."))
    again = await graph.users.by_user_id(made.invited_user.id).get()
    check("a name is changed", again.display_name == "Sadie S.", again)
    answers = await graph.identity_governance.terms_of_use.agreements.by_agreement_id(given.terms).acceptances.get()
    check("acceptances are listed", isinstance(answers.value, list), answers)
    page = await graph.users.get(request_configuration=RequestConfiguration(
        query_parameters=UsersRequestBuilder.UsersRequestBuilderGetQueryParameters(top=999, select=["id"]),
    ))
    seen = set()

    def note(user):
        seen.add(user.id if hasattr(user, "id") else user["id"])
        return True

    await PageIterator(page, graph.request_adapter).iterate(note)
    check(f"{len(seen)} users are paged through", len(seen) >= users, len(seen))
    read = BatchRequestItem(graph.users.by_user_id(made.invited_user.id).to_get_request_information(), id="read")
    invite = BatchRequestItem(
        graph.invitations.to_post_request_information(Invitation(invited_user_email_address="batch@fabrikam.example", invite_redirect_url=wiki)),
        id="invite", depends_on=["read"],
    )
    together = await BatchRequestBuilder(graph.request_adapter).post(BatchRequestContent({"read": read, "invite": invite}))
    codes = together.get_response_status_codes()
    check("two requests go in one", codes == {"read": 200, "invite": 201}, codes)
    await graph.users.by_user_id(made.invited_user.id).delete()
    deleted = await graph.directory.deleted_items.graph_user.get()
    check("the bin has it", any(user.id == made.invited_user.id for user in deleted.value), deleted)
    await graph.directory.deleted_items.by_directory_object_id(made.invited_user.id).restore.post()
    audits = await graph.audit_logs.directory_audits.get()
    check("the log tells of it", audits.value[0].activity_display_name == "Restore user", audits.value[0])
    check("the log names the application", audits.value[0].initiated_by.app.app_id == given.client, audits.value[0])
    own = await graph.organization.get()
    check("the organization is read", own.value[0].display_name == "Acme", own)
    try:
        await client(given, "other.example").users.by_user_id(made.invited_user.id).get()
        check("another tenant's guest is not there", False)
    except (ODataError, APIError) as error:
        code = error.error.code if isinstance(error, ODataError) else error
        check("another tenant's guest is not there", error.response_status_code == 404, code)
        check("errors are read as the SDK reads them", code == "Request_ResourceNotFound", code)
    return passed


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    for name in ["--origin", "--redirect", "--ca", "--client", "--secret", "--terms"]:
        parser.add_argument(name, required=True)
    parser.add_argument("--users", type=int, default=0)
    given = parser.parse_args()
    try:
        done = asyncio.run(main(given))
        print(f"{done} passed, 0 failed")
    except Exception:
        traceback.print_exc()
        print("0 passed, 1 failed")
        sys.exit(1)
