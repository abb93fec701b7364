"""``psa-bot permissions``: the permission matrix in the terminal."""

import argparse

from bot.answers import UnknownConnection
from bot.app import Bot
from bot.cli.ask import no_such_connection
from bot.exits import CommandError, Exit, Said, exit_for
from bot.messages import plain
from bot.permissions import Matrix, SeveralConnections
from bot.render.permissions import permissions as words_of
from bot.render.permissions import permissions_document, request_of, whole_matrix
from connectors.errors import ConnectorError


async def permissions(bot: Bot, arguments: argparse.Namespace) -> Said:
    """Exit code 0: nothing that the bot needs is refused. 1: something is. 3 and 4: nobody could be asked."""
    try:
        matrix = await bot.matrices.ask(arguments.connection)
    except UnknownConnection as unknown:
        raise no_such_connection(unknown) from None
    except SeveralConnections as several:
        raise CommandError(f"Which one: {', '.join(several.names)}?", Exit.USAGE) from None
    request = request_of(words_of(bot.words, matrix))
    text = plain(whole_matrix(bot.words, matrix).blocks)
    return Said(
        document=permissions_document(matrix, request),
        text=f"{text}\n\n{request}" if request else text,
        exit=_exit_of(matrix),
    )


def _exit_of(matrix: Matrix) -> Exit:
    if matrix.trouble is None:
        return Exit.NO if matrix.refused else Exit.DONE
    return exit_for(matrix.trouble.kind) if isinstance(matrix.trouble, ConnectorError) else Exit.CONFIG
