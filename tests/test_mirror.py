"""The tests mirror the rooms: each module has a test file, or a named reason why it has none.

A module is looked for in the tests of its own room: a file named after it (``test_inbox.py`` or
``test_inbox_order.py`` for ``inbox.py``), or one that imports it by name. Any other module stands
in ``ELSEWHERE``, beside the test file that would fail if it broke.
"""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
PACKAGES = ("bot", "classifier", "kb")

ELSEWHERE: dict[str, str] = {
    # Proposals, by what is done with them.
    "bot/analytics/proposals/ports.py": "bot/service/proposals/test_office.py",
    "bot/channels/web/bureau/proposal_texts.py": "bot/channels/web/bureau/test_proposals.py",
    "bot/channels/web/bureau/proposal_view.py": "bot/channels/web/bureau/test_proposals.py",
    "bot/service/proposals/candidate.py": "bot/service/proposals/test_check.py",
    "bot/service/proposals/commands.py": "bot/cli/test_proposals.py",
    "bot/service/proposals/desk_answers.py": "bot/service/proposals/test_office.py",
    "bot/service/proposals/models.py": "bot/service/proposals/test_check.py",
    "bot/service/proposals/replaying.py": "bot/cli/test_proposals.py",
    "bot/store/proposal_table.py": "bot/store/test_proposals.py",
    # What an editor sees of an entry, and what is read of a saved page.
    "bot/channels/web/preview.py": "bot/cli/test_content.py",
    "bot/cli/output/preview.py": "bot/cli/test_content.py",
    "kb/page_html.py": "kb/test_pages.py",
    # What Telegram sends and is sent, played against a strict Bot API server.
    "bot/channels/telegram/api/client.py": "bot_api/test_fake_bot_api.py",
    "bot/channels/telegram/api/request.py": "bot_api/test_fake_bot_api.py",
    "bot/channels/telegram/api/retrying.py": "bot/ops/test_retrying.py",
    "bot/channels/telegram/api/logs.py": "bot/ops/test_logs.py",
    "bot/channels/telegram/apologies.py": "bot/channels/telegram/test_channel.py",
    "bot/channels/telegram/answering.py": "bot/channels/telegram/test_channel.py",
    "bot/channels/telegram/failing.py": "bot/channels/telegram/test_channel.py",
    "bot/channels/telegram/reading.py": "bot/channels/telegram/test_events.py",
    "bot/channels/telegram/sending/opening.py": "bot/channels/telegram/test_letters.py",
    "bot/channels/telegram/sending/delays.py": "bot/channels/telegram/test_telegram_groups.py",
    "bot/escalation/consent.py": "bot/channels/telegram/desks/test_asker_side.py",
    "bot/channels/telegram/desks/alerts.py": "bot/channels/telegram/desks/test_aftermath.py",
    "bot/channels/telegram/desks/verdicts.py": "bot/channels/telegram/desks/test_aftermath.py",
    "bot/channels/telegram/desks/groups.py": "bot/channels/telegram/desks/test_aftermath.py",
    "bot/channels/telegram/desks/ticket_mail.py": "bot/channels/telegram/desks/test_aftermath.py",
    "bot/channels/telegram/desks/commands.py": "bot/channels/telegram/desks/test_room.py",
    "bot/channels/telegram/desks/desk_events.py": "bot/channels/telegram/desks/test_authority.py",
    "bot/channels/telegram/desks/parts.py": "bot/channels/telegram/desks/test_room.py",
    "bot/channels/telegram/desks/erasing.py": "bot/channels/telegram/desks/test_room.py",
    "bot/channels/telegram/desks/desk_side.py": "bot/channels/telegram/desks/test_room.py",
    "bot/channels/telegram/desks/desk_post.py": "bot/channels/telegram/desks/test_room.py",
    "bot/channels/telegram/desks/ground.py": "bot/channels/telegram/desks/test_room.py",
    "bot/escalation/curated.py": "bot/channels/telegram/desks/test_room.py",
    "bot/conversation/desk_choices.py": "bot/channels/telegram/desks/test_authority.py",
    "bot/conversation/replies/desk_alerts.py": "bot/channels/telegram/desks/test_aftermath.py",
    "bot/cli/review.py": "bot/service/test_review_office.py",
    "bot/store/review_exchange.py": "bot/service/test_review_office.py",
    "bot/store/review_feed.py": "bot/analytics/test_review.py",
    "bot/store/review_groups.py": "bot/service/test_review_grouping.py",
    "bot/store/review_queue.py": "bot/analytics/test_review.py",
    "bot/store/tickets/labels.py": "bot/channels/telegram/desks/test_room.py",
    "bot/escalation/people_ports.py": "bot/escalation/test_casework.py",
    "bot/channels/telegram/diagnose.py": "bot/service/test_doctor.py",
    "bot/channels/telegram/menu.py": "bot/channels/telegram/test_admin.py",
    "bot/channels/telegram/service.py": "bot/channels/telegram/test_telegram_conversation.py",
    "bot/channels/telegram/sending/button_labels.py": "bot/channels/telegram/test_render.py",
    "bot/channels/telegram/updates/addressing.py": "bot/channels/telegram/test_events.py",
    "bot/channels/answering.py": "bot/channels/test_terminal.py",
    # What a mail is made of is tested by the mails that are read and written.
    "bot/channels/mail/html_text.py": "bot/channels/mail/test_reading_replies.py",
    "bot/channels/mail/quoting.py": "bot/channels/mail/test_reading_replies.py",
    "bot/channels/mail/sending.py": "bot/channels/mail/test_exchange.py",
    "bot/channels/mail/fetching.py": "bot/channels/mail/test_exchange.py",
    "bot/channels/mail/servers.py": "bot/channels/mail/test_exchange.py",
    "bot/channels/mail/service.py": "bot/channels/mail/test_exchange.py",
    "bot/channels/mail/texts.py": "bot/channels/mail/test_composing.py",
    "bot/channels/mail/forms.py": "bot/channels/mail/test_composing.py",
    "bot/channels/mail/writing.py": "bot/channels/mail/test_to_askers.py",
    "bot/channels/mail/refusing.py": "bot/channels/mail/test_intake.py",
    "bot/conversation/replies/asker_mail.py": "bot/escalation/test_asker_mail.py",
    "bot/store/ticket_mail_tables.py": "bot/escalation/test_asker_mail.py",
    "bot/store/tickets/mails.py": "bot/escalation/test_asker_mail.py",
    "bot/store/tickets/boxes.py": "bot/channels/mail/test_erasing.py",
    # The web room is tested by what a browser gets.
    "bot/channels/web/app.py": "bot/channels/web/test_pages.py",
    "bot/channels/web/options.py": "bot/channels/web/test_pages.py",
    "bot/channels/web/api_texts.py": "bot/channels/web/test_pages.py",
    "bot/channels/web/tracking/bodies.py": "bot/channels/web/tracking/test_api.py",
    "bot/channels/web/tracking/texts.py": "bot/channels/web/tracking/test_page.py",
    "bot/channels/web/courier.py": "bot/channels/web/test_exchange.py",
    "bot/channels/web/texts.py": "bot/channels/web/test_page.py",
    # The bureau is tested by what somebody gets who is, or is not, logged in.
    **dict.fromkeys(
        (
            f"bot/channels/web/bureau/{name}.py"
            for name in ("bureau", "entrance", "forms", "people", "paper")
        ),
        "bot/channels/web/bureau/test_access.py",
    ),
    **dict.fromkeys(
        (
            f"bot/channels/web/bureau/{name}.py"
            for name in (
                *("board", "charts", "controls", "learning_texts", "lowering", "period"),
                *("taking_out", "texts"),
            )
        ),
        "bot/channels/web/bureau/test_pages.py",
    ),
    "bot/escalation/staff.py": "bot/store/test_tickets.py",
    "bot/service/channel_options.py": "bot/service/test_serve.py",
    "bot/store/account_tables.py": "bot/channels/web/bureau/test_access.py",
    "bot/store/accounts.py": "bot/channels/web/bureau/test_access.py",
    "bot/store/passwords.py": "bot/channels/web/bureau/test_access.py",
    "bot/store/audits.py": "bot/analytics/test_auditing.py",
    "bot/store/autonomy.py": "bot/analytics/test_autonomy.py",
    "bot/store/autonomy_tables.py": "bot/analytics/test_autonomy.py",
    "bot/store/drift.py": "bot/analytics/test_drift.py",
    "bot/channels/web/bureau/casebook.py": "bot/channels/web/bureau/test_cases.py",
    "bot/channels/web/bureau/ticket_texts.py": "bot/channels/web/bureau/test_cases.py",
    "bot/channels/web/bureau/review_texts.py": "bot/channels/web/bureau/test_review.py",
    "bot/channels/web/bureau/parts.py": "bot/channels/web/bureau/test_access.py",
    "bot/store/agents.py": "bot/channels/web/bureau/test_cases.py",
    "bot/store/daily.py": "bot/analytics/test_daily.py",
    "bot/store/desk_figures.py": "bot/analytics/test_handling.py",
    "bot/conversation/replies/operation.py": "bot/service/test_digest.py",
    "bot/service/watched_targets.py": "bot/service/test_watch_figures.py",
    "bot/service/bureau_wiring.py": "bot/service/test_serve.py",
    "bot/service/figures_out.py": "bot/cli/test_cli_bureau.py",
    "bot/store/exports.py": "bot/channels/web/bureau/test_pages.py",
    "bot/store/figures.py": "bot/analytics/test_overview.py",
    "bot/store/marks.py": "bot/analytics/test_refresh.py",
    "bot/store/reader.py": "bot/analytics/test_overview.py",
    "bot/store/thread_table.py": "bot/channels/web/test_exchange.py",
    "kb/schema_problems.py": "kb/test_loader.py",
    # A command is tested by typing it.
    "bot/cli/accounts.py": "bot/cli/test_cli_bureau.py",
    "bot/cli/autonomy.py": "bot/cli/test_cli_bureau.py",
    "bot/cli/figures.py": "bot/cli/test_cli_bureau.py",
    "bot/service/autonomy_out.py": "bot/cli/test_cli_bureau.py",
    "bot/service/accounts.py": "bot/cli/test_cli_bureau.py",
    "bot/service/live_promise.py": "bot/cli/test_cli_bureau.py",
    "bot/cli/content.py": "bot/cli/test_cli.py",
    "bot/cli/mail.py": "bot/service/test_mail_check.py",
    "bot/cli/model.py": "bot/cli/test_cli.py",
    "bot/cli/operate.py": "bot/cli/test_cli_ops.py",
    "bot/cli/options.py": "bot/cli/test_cli.py",
    "bot/cli/talk.py": "bot/cli/test_cli.py",
    "bot/cli/help_pages.py": "bot/cli/test_app.py",
    "bot/cli/output/chat.py": "bot/cli/test_cli.py",
    "bot/cli/output/confusions.py": "bot/cli/test_cli.py",
    "bot/cli/output/growth.py": "bot/cli/test_benchmark.py",
    "bot/cli/output/model_card.py": "bot/cli/test_cli.py",
    "bot/cli/output/progress.py": "bot/cli/test_cli.py",
    "bot/cli/output/scores.py": "bot/cli/test_cli.py",
    "bot/cli/output/training.py": "bot/cli/test_gate.py",
    "bot/cli/output/tickets.py": "bot/cli/test_tickets.py",
    # Sentences are tested where they are said.
    "bot/channels/telegram/pieces.py": "bot/channels/telegram/test_telegram_conversation.py",
    "bot/conversation/ports.py": "bot/store/test_memory_journal.py",
    "bot/conversation/shelves.py": "bot/conversation/test_themes.py",
    "bot/conversation/replies/answers.py": "bot/conversation/test_replies.py",
    "bot/conversation/replies/dates.py": "bot/store/test_clocks.py",
    "bot/conversation/replies/desk_notes.py": "bot/escalation/test_casework.py",
    "bot/conversation/replies/previews.py": "bot/escalation/test_masking.py",
    "bot/conversation/replies/tickets.py": "bot/escalation/test_casework.py",
    "bot/conversation/replies/ticket_buttons.py": "bot/escalation/test_casework.py",
    "bot/conversation/replies/ticket_status.py": "bot/escalation/test_channels.py",
    "bot/escalation/tracking.py": "bot/channels/web/tracking/test_window.py",
    "bot/store/receipt_tables.py": "bot/escalation/test_receipts.py",
    "bot/store/tickets/receipts.py": "bot/escalation/test_receipts.py",
    "bot/conversation/replies/desks.py": "bot/conversation/test_replies.py",
    "bot/conversation/replies/greeting.py": "bot/conversation/test_conversation.py",
    "bot/conversation/replies/kept.py": "bot/store/test_keeping.py",
    "bot/conversation/replies/notices.py": "bot/channels/test_notices.py",
    "bot/conversation/replies/parts.py": "bot/conversation/test_replies.py",
    "bot/conversation/replies/source.py": "bot/conversation/test_replies.py",
    "bot/conversation/replies/unanswered.py": "bot/conversation/test_asking.py",
    "bot/conversation/replies/why.py": "bot/conversation/test_conversation.py",
    "bot/ops/setting_faults.py": "bot/ops/test_settings.py",
    "bot/ops/settings_file.py": "bot/ops/test_settings.py",
    "bot/ops/errors.py": "bot/cli/test_app.py",
    "bot/ops/findings.py": "bot/service/test_doctor.py",
    "bot/ops/health.py": "bot/channels/web/test_probes.py",
    "bot/ops/metrics.py": "bot/channels/web/test_probes.py",
    "bot/ops/redaction.py": "bot/ops/test_logs.py",
    "bot/ops/process.py": "bot/cli/test_cli.py",
    "bot/ops/version.py": "bot/cli/test_app.py",
    "bot/ops/secret_texts.py": "bot/ops/test_settings.py",
    "bot/ops/waiting.py": "bot/channels/test_worker_pool.py",
    # The scrubbing is one function from outside: a text and what is left of it.
    "bot/scrubbing/accounts.py": "bot/scrubbing/test_scrub_corpora.py",
    "bot/scrubbing/cues.py": "bot/scrubbing/test_scrub.py",
    "bot/scrubbing/emails.py": "bot/scrubbing/test_scrub_writing.py",
    "bot/scrubbing/kinds.py": "bot/scrubbing/test_scrub.py",
    "bot/scrubbing/lower_names.py": "bot/scrubbing/test_scrub_names.py",
    "bot/scrubbing/names.py": "bot/scrubbing/test_scrub_names.py",
    "bot/scrubbing/numbers.py": "bot/scrubbing/test_scrub_writing.py",
    "bot/scrubbing/patterns.py": "bot/scrubbing/test_scrub.py",
    "bot/scrubbing/runs.py": "bot/scrubbing/test_scrub_writing.py",
    "bot/scrubbing/spans.py": "bot/scrubbing/test_scrub.py",
    "bot/scrubbing/view.py": "bot/scrubbing/test_scrub_writing.py",
    # A process is tested by starting it.
    "bot/service/assemble.py": "bot/cli/test_cli.py",
    "bot/service/copies.py": "bot/cli/test_cli_ops.py",
    "bot/service/counting.py": "bot/service/test_reload.py",
    "bot/service/decider.py": "bot/service/test_serve.py",
    "bot/service/personal_data.py": "bot/store/test_privacy.py",
    "bot/service/retention.py": "bot/store/test_privacy.py",
    "bot/service/ticket_office.py": "bot/cli/test_tickets.py",
    "bot/service/ticket_wiring.py": "bot/service/test_ticket_wiring.py",
    "bot/service/served_model.py": "bot/service/test_retraining.py",
    # One store, on both databases.
    "bot/store/locking.py": "bot/store/test_tickets.py",
    "bot/store/metadata.py": "bot/store/test_keeping.py",
    "bot/store/staff_tables.py": "bot/store/test_keeping.py",
    "bot/store/tickets/blocks.py": "bot/store/test_tickets.py",
    "bot/store/tickets/copies.py": "bot/store/test_tickets.py",
    "bot/store/tickets/crew.py": "bot/store/test_tickets.py",
    "bot/store/tickets/drafts.py": "bot/store/test_tickets.py",
    "bot/store/tickets/erasing.py": "bot/store/test_tickets.py",
    "bot/store/tickets/messages.py": "bot/store/test_tickets.py",
    "bot/store/tickets/reading.py": "bot/store/test_tickets.py",
    "bot/store/tickets/topics.py": "bot/store/test_tickets.py",
    "bot/store/tickets/records.py": "bot/store/test_tickets.py",
    "bot/store/boxes/chats.py": "bot/store/test_boxes.py",
    "bot/store/database/postgres.py": "bot/store/test_store.py",
    "bot/store/database/revision.py": "bot/store/test_opening.py",
    "bot/store/mail_tables.py": "bot/channels/mail/test_intake.py",
    "bot/store/mailbox.py": "bot/channels/mail/test_intake.py",
    "bot/store/key_mark.py": "bot/store/test_opening.py",
    "bot/store/purging.py": "bot/store/test_privacy.py",
    "bot/store/thread.py": "bot/channels/web/test_exchange.py",
    "bot/store/queries.py": "bot/store/test_journal.py",
    # What the classifier makes of a text shows in its decisions and figures.
    "classifier/benchmark/growth.py": "bot/cli/test_benchmark.py",
    "classifier/benchmark/process.py": "bot/cli/test_benchmark.py",
    "classifier/benchmark/speed.py": "bot/cli/test_benchmark.py",
    "classifier/benchmark/timing.py": "bot/cli/test_benchmark.py",
    "classifier/evaluation/risk_coverage.py": "classifier/benchmark/test_selective.py",
    "classifier/serving/desks.py": "classifier/serving/test_triage.py",
    "classifier/serving/packing.py": "classifier/serving/test_artifact.py",
    "classifier/serving/terms.py": "classifier/serving/test_artifact.py",
    "classifier/serving/weighing.py": "classifier/serving/test_triage.py",
    "classifier/serving/courtesy/blocks.py": "classifier/serving/test_courtesy.py",
    "classifier/serving/courtesy/clauses.py": "classifier/serving/test_courtesy.py",
    "classifier/serving/courtesy/lexicon.py": "classifier/serving/test_courtesy.py",
    "classifier/serving/courtesy/reading.py": "classifier/serving/test_courtesy.py",
    "classifier/serving/courtesy/signature.py": "classifier/serving/test_courtesy.py",
    "classifier/training/calibrate.py": "classifier/serving/test_calibration.py",
    "kb/hints.py": "kb/test_frontmatter.py",
    "kb/references.py": "kb/test_loader.py",
    "bot/escalation/asker_work.py": "bot/escalation/test_casework.py",
    "bot/escalation/desk_work.py": "bot/escalation/test_casework.py",
    "bot/escalation/outgoing.py": "bot/escalation/test_casework.py",
    "bot/escalation/timers.py": "bot/escalation/test_casework.py",
    "bot/escalation/timekeeper.py": "bot/escalation/test_casework.py",
    "bot/escalation/complaints.py": "bot/escalation/test_escalating.py",
    "bot/escalation/drafting.py": "bot/escalation/test_escalating.py",
    "bot/escalation/handover.py": "bot/escalation/test_escalating.py",
    "bot/escalation/presses.py": "bot/escalation/test_escalating.py",
    "bot/escalation/message_ports.py": "bot/store/test_tickets.py",
    "bot/escalation/ports.py": "bot/store/test_tickets.py",
    "bot/escalation/tickets.py": "bot/store/test_tickets.py",
    "bot/escalation/desks.py": "bot/escalation/test_promise.py",
    "kb/schema.py": "kb/test_loader.py",
}
"""Module -> the test file, below tests/, that holds what it does."""


def modules() -> list[str]:
    """Every module but the doors of packages and the migrations, which are tested as a chain."""
    paths = (path for name in PACKAGES for path in (ROOT / name).rglob("*.py"))
    return sorted(
        path.relative_to(ROOT).as_posix()
        for path in paths
        if not path.name.startswith("__") and "migrations" not in path.parts
    )


def room_tests(module: str) -> list[Path]:
    """The test files of a module's room: tests/bot/store for bot/store/boxes/inbox.py."""
    parts = Path(module).parts
    room = ROOT.joinpath("tests", *parts[: 2 if len(parts) > 2 else 1])
    return sorted(room.rglob("test_*.py"))


def named_tests(module: str) -> list[Path]:
    """The tests of a module's room that are named after it or import it, the former first."""
    stem, package = Path(module).stem, Path(module).parent.as_posix().replace("/", ".")
    imported = re.compile(
        rf"\b{re.escape(package)}\.{stem}\b"
        rf"|from {re.escape(package)} import \(?[\w\s,]*\b{stem}\b"
    )
    tests = room_tests(module)
    named = [p for p in tests if p.stem == f"test_{stem}" or p.stem.startswith(f"test_{stem}_")]
    return named + [p for p in tests if p not in named and imported.search(p.read_text("utf-8"))]


def is_mirrored(module: str) -> bool:
    """Whether a test of its room is named after the module or imports it."""
    return bool(named_tests(module))


def test_every_module_has_a_test_file_or_a_named_one() -> None:
    assert [name for name in modules() if not is_mirrored(name) and name not in ELSEWHERE] == []


def test_what_is_named_elsewhere_exists() -> None:
    assert set(ELSEWHERE) - set(modules()) == set()
    assert {name for name in ELSEWHERE.values() if not (ROOT / "tests" / name).is_file()} == set()


def test_a_module_without_tests_is_found() -> None:
    assert not is_mirrored("bot/store/planted.py")
    assert is_mirrored("bot/store/vault.py")
