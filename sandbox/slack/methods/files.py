"""files.*: the two-step upload of a file into a channel."""

from typing import Any

from sandbox.slack.compose import structured
from sandbox.slack.identity import BOT_USER_ID
from sandbox.slack.messages import Draft
from sandbox.slack.methods.method import TIER_4, Arguments, Method, required, visible_channel, whole
from sandbox.slack.refusal import Refused
from sandbox.slack.workspace import Upload, Workspace


def get_upload_url(workspace: Workspace, arguments: Arguments) -> dict[str, Any]:
    length = whole(arguments, "length", 0)
    if length <= 0:
        raise Refused("invalid_arguments", messages=["[ERROR] must be more than 0 [json-pointer:/length]"])
    upload = Upload(id=f"F{len(workspace.uploads) + 1:05d}LOCAL", name=required(arguments, "filename"), length=length)
    workspace.uploads[upload.id] = upload
    return {"upload_url": f"{workspace.base_url}/_upload/{upload.id}", "file_id": upload.id}


def complete_upload(workspace: Workspace, arguments: Arguments) -> dict[str, Any]:
    """The file appears as a message of the app; without a channel it stays private."""
    listed = structured(arguments, "files", "invalid_arguments")
    if not isinstance(listed, list) or not listed:
        raise Refused("invalid_arguments", messages=["[ERROR] missing required field: files"])
    files = tuple(_file(workspace, one) for one in listed)
    if arguments.get("channel_id"):
        channel = visible_channel(workspace, {"channel": arguments["channel_id"]})
        if BOT_USER_ID not in channel.members:
            raise Refused("not_in_channel")
        draft = Draft(
            channel=channel.id,
            user=BOT_USER_ID,
            text=str(arguments.get("initial_comment") or ""),
            files=files,
            thread_ts=arguments.get("thread_ts") or None,
        )
        workspace.messages.post(draft, workspace.now())
    return {"files": list(files)}


def _file(workspace: Workspace, listed: Any) -> dict[str, Any]:
    upload = workspace.uploads.get(str(listed.get("id"))) if isinstance(listed, dict) else None
    if upload is None or upload.content is None:
        raise Refused("file_not_found")
    return {
        "id": upload.id,
        "name": upload.name,
        "title": str(listed.get("title") or upload.name),
        "size": len(upload.content),
        "url_private": f"{workspace.base_url}/_files/{upload.id}",
    }


METHODS = (
    Method(name="files.getUploadURLExternal", run=get_upload_url, scopes=("files:write",), per_minute=TIER_4),
    Method(name="files.completeUploadExternal", run=complete_upload, scopes=("files:write",), per_minute=TIER_4),
)
