"""Channels, people, groups, reactions and files over the Web API."""

from dataclasses import replace

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.slack.identity import BOT_USER_ID, Channel
from sandbox.slack.local import Slack
from tests.sandbox.slack.refused import refused


async def test_channels_come_page_by_page(web: AsyncWebClient) -> None:
    first = await web.conversations_list(limit=2)
    rest = await web.conversations_list(limit=2, cursor=first["response_metadata"]["next_cursor"])
    names = [channel["name"] for answer in (first, rest) for channel in answer["channels"]]
    assert names == ["general", "psa-alerts", "billing"]
    assert rest["response_metadata"]["next_cursor"] == ""


@pytest.mark.parametrize(
    ("arguments", "error"), [({"limit": 5000}, "invalid_limit"), ({"cursor": "dGVhbQ=="}, "invalid_cursor")]
)
async def test_a_page_that_cannot_be_is_refused(web: AsyncWebClient, arguments: dict[str, str], error: str) -> None:
    assert (await refused(web.api_call("conversations.list", params=arguments)))["error"] == error


async def test_archived_private_and_direct_channels_are_listed_where_asked_for(
    web: AsyncWebClient, slack: Slack
) -> None:
    slack.workspace.archive("C0BILLING")
    slack.workspace.channels["C0SECRET"] = Channel(id="C0SECRET", name="secret", private=True)
    open_ones = await web.conversations_list(exclude_archived=True)
    assert [channel["name"] for channel in open_ones["channels"]] == ["general", "psa-alerts"]
    private = await web.conversations_list(types="private_channel,im")
    assert {channel["id"] for channel in private["channels"]} == {"D0AGENT", "D0ADMIN", "D0FINANCE"}
    slack.workspace.invite("C0SECRET")
    private = await web.conversations_list(types="private_channel")
    assert [channel["is_private"] for channel in private["channels"]] == [True]


async def test_a_channel_says_whether_the_app_is_in_it(web: AsyncWebClient, slack: Slack) -> None:
    slack.workspace.remove("C0BILLING")
    assert not (await web.conversations_info(channel="C0BILLING"))["channel"]["is_member"]
    assert (await web.conversations_info(channel="C0GENERAL"))["channel"]["num_members"] == 4
    assert (await web.conversations_info(channel="D0AGENT"))["channel"]["is_im"]
    assert (await refused(web.conversations_info(channel="C0")))["error"] == "channel_not_found"


async def test_members_are_listed(web: AsyncWebClient) -> None:
    assert BOT_USER_ID in (await web.conversations_members(channel="C0GENERAL"))["members"]


async def test_the_app_can_join_an_open_channel(web: AsyncWebClient, slack: Slack) -> None:
    slack.workspace.remove("C0BILLING")
    assert (await refused(web.conversations_join(channel="C0BILLING")))["needed"] == "channels:join"
    slack.workspace.scopes |= {"channels:join"}
    assert (await web.conversations_join(channel="C0BILLING"))["channel"]["is_member"]
    assert (await web.conversations_join(channel="C0BILLING"))["warning"] == "already_in_channel"
    assert (await refused(web.conversations_join(channel="D0AGENT")))["error"].startswith("method_not_supported")
    slack.workspace.archive("C0BILLING")
    assert (await refused(web.conversations_join(channel="C0BILLING")))["error"] == "is_archived"


async def test_direct_messages_are_opened_with_one_person(web: AsyncWebClient) -> None:
    assert (await web.conversations_open(users="U0AGENT"))["channel"]["id"] == "D0AGENT"
    assert (await refused(web.conversations_open(users="U0AGENT,U0ADMIN")))["error"] == "too_many_users"
    assert (await refused(web.conversations_open(users="U0NOBODY")))["error"] == "user_not_found"
    assert (await refused(web.api_call("conversations.open")))["error"] == "users_list_not_supplied"


async def test_a_reaction_is_added_once(web: AsyncWebClient, slack: Slack) -> None:
    message, _ = await slack.people.say("Well done")
    await web.reactions_add(channel="C0GENERAL", timestamp=message.ts, name="+1")
    assert slack.messages()[0].as_json()["reactions"] == [{"name": "+1", "user": BOT_USER_ID}]
    again = web.reactions_add(channel="C0GENERAL", timestamp=message.ts, name="+1")
    assert (await refused(again))["error"] == "already_reacted"
    odd = web.reactions_add(channel="C0GENERAL", timestamp=message.ts, name="<b>")
    assert (await refused(odd))["error"] == "invalid_name"


async def test_a_person_is_found_by_id_and_by_mail_address(web: AsyncWebClient, slack: Slack) -> None:
    user = (await web.users_info(user="U0AGENT"))["user"]
    assert (user["tz"], user["profile"]["email"]) == ("Europe/London", "dana@local-msp.example")
    assert (await web.users_lookupByEmail(email="ROBIN@local-msp.example"))["user"]["is_admin"]
    assert (await refused(web.users_info(user="U0NOBODY")))["error"] == "user_not_found"
    slack.workspace.users["U0ADMIN"] = replace(slack.workspace.users["U0ADMIN"], deleted=True)
    gone = web.users_lookupByEmail(email="robin@local-msp.example")
    assert (await refused(gone))["error"] == "users_not_found"


async def test_mail_addresses_need_a_scope_of_their_own(web: AsyncWebClient, slack: Slack) -> None:
    slack.workspace.scopes -= {"users:read.email"}
    members = (await web.users_list())["members"]
    assert len(members) == 5
    assert not any("email" in member["profile"] for member in members)


async def test_a_guest_of_another_team_is_a_stranger(web: AsyncWebClient, slack: Slack) -> None:
    slack.workspace.users["U0GUEST"] = replace(slack.workspace.users["U0AGENT"], id="U0GUEST", team_id="T0OTHER")
    assert (await web.users_info(user="U0GUEST"))["user"]["is_stranger"]


async def test_user_groups_list_their_members(web: AsyncWebClient) -> None:
    [group] = (await web.usergroups_list())["usergroups"]
    assert (group["handle"], group["user_count"]) == ("billing-team", 2)
    assert (await web.usergroups_users_list(usergroup="S0BILLING"))["users"] == ["U0FINANCE", "U0ADMIN"]
    assert (await refused(web.usergroups_users_list(usergroup="S0")))["error"] == "no_such_subteam"


async def test_a_file_is_uploaded_in_two_steps(web: AsyncWebClient, slack: Slack) -> None:
    await web.files_upload_v2(
        channel="C0GENERAL", content="a,b\n1,2\n", filename="hidden.csv", title="Hidden", initial_comment="All of them"
    )
    [message] = slack.messages()
    [file] = message.files
    assert (message.text, file["title"], file["size"]) == ("All of them", "Hidden", 8)
    async with aiohttp.ClientSession() as session, session.get(file["url_private"]) as response:
        assert await response.text() == "a,b\n1,2\n"
        assert "hidden.csv" in response.headers["Content-Disposition"]


async def test_a_file_may_come_as_a_form(web: AsyncWebClient, slack: Slack) -> None:
    asked = await web.files_getUploadURLExternal(filename="x.txt", length=2)
    async with aiohttp.ClientSession() as session:
        form = aiohttp.FormData({"note": "none"}, default_to_multipart=True)
        async with session.post(asked["upload_url"], data=form) as response:
            assert response.status == 400
        form = aiohttp.FormData()
        form.add_field("file", b"hi", filename="x.txt")
        async with session.post(asked["upload_url"], data=form) as response:
            assert response.status == 200
    await web.files_completeUploadExternal(files=[{"id": asked["file_id"], "title": "x"}])
    assert slack.messages() == []


async def test_a_file_that_was_never_sent_cannot_be_completed(web: AsyncWebClient, slack: Slack) -> None:
    asked = await web.files_getUploadURLExternal(filename="x.txt", length=2)
    early = web.files_completeUploadExternal(files=[{"id": asked["file_id"], "title": "x"}])
    assert (await refused(early))["error"] == "file_not_found"
    async with aiohttp.ClientSession() as session:
        for url in (f"{slack.url}/_files/{asked['file_id']}", f"{slack.url}/_files/F0"):
            async with session.get(url) as response:
                assert response.status == 404
        async with session.post(f"{slack.url}/_upload/F0", data=b"hi") as response:
            assert response.status == 404


async def test_a_file_needs_a_length_a_list_and_a_channel_with_the_app(web: AsyncWebClient, slack: Slack) -> None:
    assert (await refused(web.files_getUploadURLExternal(filename="x", length=0)))["error"] == "invalid_arguments"
    nothing = web.api_call("files.completeUploadExternal", params={"files": "[]"})
    assert (await refused(nothing))["error"] == "invalid_arguments"
    asked = await web.files_getUploadURLExternal(filename="x.txt", length=2)
    async with aiohttp.ClientSession() as session:
        await (await session.post(asked["upload_url"], data=b"hi")).read()
    slack.workspace.remove("C0BILLING")
    call = web.files_completeUploadExternal(files=[{"id": asked["file_id"], "title": "x"}], channel_id="C0BILLING")
    assert (await refused(call))["error"] == "not_in_channel"
