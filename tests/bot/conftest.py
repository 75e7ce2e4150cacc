from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
import pytest_asyncio

from bot.conversation.conversation import Conversation
from bot.conversation.messages import Incoming
from bot.store.database.opening import open_database
from bot.store.database.sqlite import SqliteFile
from classifier.serving import artifact
from kb.texts import load_texts
from tests.fakes.brain import PlainBrain
from tests.fakes.command import Aiguilleur
from tests.fakes.open_store import OneByOne, open_store
from tests.fakes.postgres import running_postgres
from tests.fakes.small_base import small_base
from tests.fakes.talk import reply_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

    from bot.conversation.messages import Reply
    from bot.conversation.ports import Journal
    from bot.store.database.database import Database
    from kb.entries import KnowledgeBase
    from tests.fakes.brain import Decider
    from tests.fakes.postgres import Postgres

CONTENT = Path(__file__).parent.parent / "content"


class Chat:
    """One person talking: says things, presses buttons of what was answered last."""

    def __init__(
        self, conversation: Conversation, journal: Journal, journal_file: Path, name: str = "1"
    ) -> None:
        self.conversation = conversation
        self.journal = journal
        self.journal_file = journal_file
        self.name = name
        self.last: Reply | None = None

    async def says(self, text: str) -> Reply:
        return await self._keep(Incoming("test", self.name, text=text))

    async def presses(self, button: int | str) -> Reply:
        """Press a button of the last reply by number from 0 (-1: the last), or forge its data."""
        if isinstance(button, int):
            assert self.last is not None
            button = self.last.buttons[button].data
        return await self._keep(Incoming("test", self.name, choice=button))

    async def handle(self, incoming: Incoming) -> Reply:
        return await reply_of(self.conversation, incoming, self.journal)

    async def _keep(self, incoming: Incoming) -> Reply:
        self.last = await self.handle(incoming)
        return self.last

    def rows(self, table: str) -> list[dict[str, Any]]:
        with closing(sqlite3.connect(self.journal_file)) as connection:
            connection.row_factory = sqlite3.Row
            return [dict(row) for row in connection.execute(f"SELECT * FROM {table}")]  # noqa: S608

    def clicks(self) -> list[tuple[str, str | None, str]]:
        return [(row["kind"], row["about"], row["value"]) for row in self.rows("feedback")]


@pytest.fixture(scope="session", autouse=True)
def _web_servers_end_soon() -> Iterator[None]:
    """They look ten times a second whether they are to end: hundreds of tests would wait for it."""
    hurried = SimpleNamespace(**vars(asyncio))
    hurried.sleep = lambda seconds: asyncio.sleep(seconds / 20)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("uvicorn.server.asyncio", hurried)
        yield


@pytest.fixture
def base() -> KnowledgeBase:
    return small_base()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL server for the whole run."""
    with running_postgres() as server:
        yield server


@pytest.fixture
def shared(postgres: Postgres, tmp_path: Path) -> Iterator[Database]:
    """An empty database that several processes may serve from at the same time."""
    with postgres.database() as url:
        yield open_database(url, tmp_path / "unused")


@pytest.fixture(params=["sqlite", "postgresql"])
def any_database(request: pytest.FixtureRequest, tmp_path: Path) -> Database:
    """An empty database of each kind in turn."""
    if request.param == "sqlite":
        return SqliteFile(tmp_path / "aiguilleur.db")
    database: Database = request.getfixturevalue("shared")
    return database


@pytest_asyncio.fixture
async def open_chat(tmp_path: Path, base: KnowledgeBase) -> AsyncIterator[Callable[..., Chat]]:
    """A maker of chats that share one journal: ``open_chat(decider, name)``."""
    file = tmp_path / "aiguilleur.db"
    async with await open_store(file) as store:
        journal = OneByOne(store)

        def make(decider: Decider, name: str = "1", served: KnowledgeBase | None = None) -> Chat:
            brain = PlainBrain(served or base, decider)
            return Chat(Conversation(brain), journal, file, name)

        yield make


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Aiguilleur:
    """The command line on a small knowledge base whose model is trained."""
    command = Aiguilleur(tmp_path_factory.mktemp("trained"), CONTENT)
    done = command("train")
    assert done.returncode == 0, done.stderr
    return command


@pytest.fixture(scope="session")
def served(trained: Aiguilleur) -> artifact.Served:
    """The trained model, loaded."""
    base, learning = load_texts(trained.kb, trained.data_dir / "models" / "texts")
    return artifact.load(artifact.model_folder(trained.data_dir, learning), learning, base)
