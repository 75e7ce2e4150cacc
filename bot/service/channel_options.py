"""The settings as the channels take them."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from bot.channels.web import WebOptions
from bot.ops.keys import derive_key
from bot.ops.setting_types import has_form_of_token

if TYPE_CHECKING:
    from bot.channels.telegram import Options
    from bot.ops.settings import Settings
    from bot.store.store import Store

_ODD_FORM = (
    "TELEGRAM_BOT_TOKEN has not the form of a token, such as 123456:AbC-dEf: copy the whole of "
    "what @BotFather gave you. Telegram is asked all the same."
)
_SESSIONS = b"aiguilleur: web sessions"
_log = logging.getLogger(__name__)


def telegram_options(settings: Settings) -> Options:
    """What Telegram's channel is told; a token of an odd form is warned of."""
    from bot.channels.telegram import Options  # noqa: PLC0415 - slow to import

    if not has_form_of_token(settings.token):
        _log.warning(_ODD_FORM)
    return Options(
        token=settings.token,
        base_url=settings.telegram_base_url,
        webhook_url=settings.webhook_url if settings.telegram_mode == "webhook" else "",
        webhook_secret=settings.webhook_secret.get_secret_value(),
        send_rate=settings.telegram_send_rate,
        chat_rate=settings.chat_rate,
        admin_ids=settings.admin_ids,
        desk_groups=tuple({group.chat for group in settings.desk_groups}),
        group_rate=settings.telegram_group_rate,
        attachment_mb=settings.attachment_mb,
    )


def web_options(settings: Settings, store: Store) -> WebOptions:
    """What the web channel is told."""
    return WebOptions(
        listen=settings.web_listen,
        session_key=derive_key(store.key, _SESSIONS),
        hosts=settings.web_hosts,
        embed_origins=settings.web_embed_origins,
        chat_rate=settings.chat_rate,
        metrics_token=settings.metrics_token.get_secret_value(),
        proxies=settings.web_proxies,
    )
