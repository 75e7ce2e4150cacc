"""The counters of the service, for Prometheus; no label says anything of a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

DECISION_BUCKETS = (0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.05, 0.25, 1.0)
ANSWER_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0, 60.0)


class Metrics:
    """The counters, histograms and gauges of one service, in a registry of their own.

    Attributes:
        info: 1, with the program's ``version``, the ``model`` and the ``kb`` fingerprint in force.
        turns: messages decided, by ``channel`` and ``action``.
        declined: messages that were declined, by outside ``family``.
        feedback: button presses below replies, by ``kind``: yes, no, none, human, candidate ...
        responses: HTTP responses, by ``code``.
        updates: events taken in, by ``kind``.
        sends: messages sent out, by ``outcome``.
        poison: updates that could not be read and were set aside.
        reloads: reloads of the knowledge base and the model, by ``outcome``.
        capped: messages refused because their chat sent too many.
        decision_seconds: how long the classifier took.
        answer_seconds: from a message's arrival to its reply.
        inbox_pending: updates taken in and not yet worked on.
        outbox_pending: messages not yet sent.
        mail_silent_seconds: for how long the mailbox of the desks has not worked; 0 while it does.
        loop_lag: how late the event loop is, by ``quantile`` of the last minute.
        autonomy: served entries, by ``state``: what they may do by themselves.
        tickets: tickets that go on, by ``desk`` and ``state``.
        tickets_overdue: those whose asker waits longer than was promised, by ``desk``.
    """

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self.info = self._gauge("info", "What is in force.", "version", "model", "kb")
        self.declined = self._counter("declined", "Messages declined.", "family")
        self.feedback = self._counter("feedback", "Button presses below replies.", "kind")
        self.responses = self._counter("http_responses", "HTTP responses.", "code")
        self.turns = self._counter("turns", "Messages decided.", "channel", "action")
        self.updates = self._counter("updates", "Events taken in.", "kind")
        self.sends = self._counter("sends", "Messages sent out.", "outcome")
        self.poison = self._counter("poison", "Updates that could not be read.")
        self.reloads = self._counter("reloads", "Reloads of knowledge base and model.", "outcome")
        self.capped = self._counter("capped", "Messages refused: their chat sent too many.")
        self.decision_seconds = self._histogram(
            "decision_seconds", "Time of the classifier.", DECISION_BUCKETS
        )
        self.answer_seconds = self._histogram(
            "answer_seconds", "From a message's arrival to its reply.", ANSWER_BUCKETS
        )
        self.inbox_pending = self._gauge("inbox_pending", "Updates not yet worked on.")
        self.mail_silent_seconds = self._gauge(
            "mail_silent_seconds", "For how long the mailbox of the desks has not worked."
        )
        self.outbox_pending = self._gauge("outbox_pending", "Messages not yet sent.")
        self.promise_broken = self._gauge(
            "promise_broken", "1 while live labels say that a promise on errors broke.", "kind"
        )
        self.autonomy = self._gauge(
            "autonomy_entries", "Served entries by what they may do by themselves.", "state"
        )
        self.tickets = self._gauge("tickets", "Tickets that go on.", "desk", "state")
        self.tickets_overdue = self._gauge(
            "tickets_overdue", "Tickets not answered by the moment promised.", "desk"
        )
        self.loop_lag = self._gauge("loop_lag_seconds", "Delay of the event loop.", "quantile")

    def count_update(self, kind: str) -> None:
        """An update of a kind came in; ``poison`` is one that cannot be read."""
        self.updates.labels(kind).inc()
        if kind == "poison":
            self.poison.inc()

    def count_send(self, outcome: str, seconds: float | None) -> None:
        """A try to send had an outcome.

        Args:
            outcome: in a word.
            seconds: since the message arrived that it answers; None: it answers none.
        """
        self.sends.labels(outcome).inc()
        if outcome == "sent" and seconds is not None:
            self.answer_seconds.observe(max(0.0, seconds))

    def note_in_force(self, version: str, model: str, kb: str) -> None:
        """The program, the model and the knowledge base that answer from now on."""
        self.info.clear()
        self.info.labels(version, model, kb).set(1)

    def count_capped(self) -> None:
        """A chat asked too much."""
        self.capped.inc()

    def note_promise(self, kind: str, *, broken: bool) -> None:
        """Whether the promise on one kind of direct reply is broken at this moment."""
        self.promise_broken.labels(kind).set(broken)

    def show_autonomy(self, numbers: Mapping[str, int]) -> None:
        """How many served entries may do what by themselves, by state."""
        for state, number in numbers.items():
            self.autonomy.labels(state).set(number)

    def show_tickets(self, numbers: Iterable[tuple[str, str, int, int]]) -> None:
        """How many tickets go on: desk, state, how many, and how many of them are overdue."""
        self.tickets.clear()
        self.tickets_overdue.clear()
        for desk, state, number, overdue in numbers:
            self.tickets.labels(desk, state).set(number)
            self.tickets_overdue.labels(desk).inc(overdue)

    def render(self) -> tuple[bytes, str]:
        """All counters in Prometheus' text format, and its content type."""
        return generate_latest(self.registry), CONTENT_TYPE_LATEST

    def _counter(self, name: str, text: str, *labels: str) -> Counter:
        return Counter(f"aiguilleur_{name}", text, labels, registry=self.registry)

    def _histogram(self, name: str, text: str, buckets: tuple[float, ...]) -> Histogram:
        return Histogram(f"aiguilleur_{name}", text, buckets=buckets, registry=self.registry)

    def _gauge(self, name: str, text: str, *labels: str) -> Gauge:
        return Gauge(f"aiguilleur_{name}", text, labels, registry=self.registry)
