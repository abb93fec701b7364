"""Who and what lives in the local workspace: team, people, channels, the app and its credentials."""

from dataclasses import dataclass

TEAM_ID = "T0LOCAL"
TEAM_NAME = "Local MSP"
TEAM_DOMAIN = "local-msp"
APP_ID = "A0PSABOT"
BOT_ID = "B0PSABOT"
BOT_USER_ID = "U0PSABOT"
SLACKBOT_ID = "USLACKBOT"

# These are no secrets: they open nothing but a server on loopback.
BOT_TOKEN = "xoxb-local-psa-bot"  # noqa: S105 - opens only the local workspace
APP_TOKEN = "xapp-local-psa-bot"  # noqa: S105 - opens only the local workspace
SIGNING_SECRET = "local-signing-secret"  # noqa: S105 - signs only local deliveries
CLIENT_ID = "local-client-id"
CLIENT_SECRET = "local-client-secret"  # noqa: S105 - opens only the local workspace
OAUTH_CODE = "local-oauth-code"

# What the app asks for in its manifest (Slack §3.5).
SCOPES = frozenset(
    {
        "app_mentions:read",
        "channels:read",
        "chat:write",
        "commands",
        "files:write",
        "groups:read",
        "im:write",
        "reactions:write",
        "usergroups:read",
        "users:read",
        "users:read.email",
    }
)

# What the app subscribes to; without message.im it hears nothing of direct messages.
EVENTS = frozenset({"app_home_opened", "app_mention"})


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    id: str
    name: str
    real_name: str
    email: str = ""
    tz: str = "Europe/London"
    bot: bool = False
    admin: bool = False
    deleted: bool = False
    team_id: str = TEAM_ID  # another team's id makes a Slack Connect guest


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """``members`` decides who may post; a direct message has ``user`` set."""

    id: str
    name: str
    topic: str = ""
    private: bool = False
    archived: bool = False
    user: str = ""
    members: frozenset[str] = frozenset()

    @property
    def direct(self) -> bool:
        return bool(self.user)


@dataclass(frozen=True, slots=True, kw_only=True)
class UserGroup:
    id: str
    handle: str
    name: str
    users: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A slash command of the app. ``should_escape`` turns typed @names and #channels into ids."""

    name: str
    description: str
    usage_hint: str = ""
    should_escape: bool = False


USERS = (
    User(id="U0AGENT", name="agent", real_name="Dana Agent", email="dana@local-msp.example"),
    User(id="U0ADMIN", name="admin", real_name="Robin Admin", email="robin@local-msp.example", admin=True),
    User(id="U0FINANCE", name="finance", real_name="Kim Finance", email="kim@local-msp.example"),
    User(id=BOT_USER_ID, name="psa-bot", real_name="PSA Bot", bot=True, tz="Etc/UTC"),
    User(id=SLACKBOT_ID, name="slackbot", real_name="Slackbot", bot=True, tz="Etc/UTC"),
)

EVERYONE = frozenset({"U0AGENT", "U0ADMIN", "U0FINANCE", BOT_USER_ID})

CHANNELS = (
    Channel(id="C0GENERAL", name="general", topic="Questions and answers", members=EVERYONE),
    Channel(id="C0ALERTS", name="psa-alerts", topic="Syncs that failed", members=EVERYONE),
    Channel(id="C0BILLING", name="billing", topic="The month's invoices", members=EVERYONE),
)

USER_GROUPS = (UserGroup(id="S0BILLING", handle="billing-team", name="Billing team", users=("U0FINANCE", "U0ADMIN")),)

COMMANDS = (
    Command(
        name="/psa",
        description="Why is a customer missing?",
        usage_hint="missing <customer> | status | help",
    ),
)
