"""Answers to a mail as fourteen kinds of clients write them: text, HTML, or both.

Each takes what somebody writes and the mail that they answer, and gives raw bytes. The forms were
written for this, after what such clients are known to put around a quotation.
"""

from __future__ import annotations

from collections.abc import Callable
from email.message import EmailMessage
from email.policy import SMTP
from html import escape
from typing import TypeAlias

Client: TypeAlias = Callable[[str, EmailMessage], EmailMessage]
DESK = "guichet@atelier.example"
NAME = "Camille Durand"
_WHEN = "3 déc. 2026 à 10:12"


def answer(mail: EmailMessage, text: str = "", html: str = "") -> EmailMessage:
    """An answer of the desk with these bodies."""
    reply = EmailMessage(policy=SMTP)
    reply["From"] = f"{NAME} <{DESK}>"
    reply["To"] = str(mail["Reply-To"])
    reply["Subject"] = f"RE: {mail['Subject']}"
    reply["Message-ID"] = f"<{abs(hash((text, html)))}@atelier.example>"
    reply["In-Reply-To"] = str(mail["Message-ID"])
    reply["References"] = f"{mail['References']} {mail['Message-ID']}"
    if text:
        reply.set_content(text)
    if html and text:
        reply.add_alternative(html, subtype="html")
    elif html:
        reply.set_content(html, subtype="html")
    return reply


def text_of(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def html_of(mail: EmailMessage) -> str:
    part = mail.get_body(("html",))
    assert part is not None
    whole = str(part.get_content())
    return whole[whole.index(">", whole.index("<body")) + 1 : whole.index("</body>")]


def quoted(text: str) -> str:
    return "\n".join(f"> {line}" if line else ">" for line in text.split("\n"))


def as_divs(text: str) -> str:
    return "".join(f"<div>{escape(line) or '<br>'}</div>" for line in text.split("\n"))


def as_office(text: str) -> str:
    lines = (
        f'<p class="MsoNormal">{escape(line) or "<o:p>&nbsp;</o:p>"}</p>'
        for line in text.split("\n")
    )
    return "".join(lines)


def gmail(text: str, mail: EmailMessage) -> EmailMessage:
    lead = f"Le jeu. {_WHEN}, Aiguilleur <{mail['From'].addresses[0].addr_spec}> a\xa0écrit\xa0:"
    lead = lead.replace("\xa0écrit", " écrit")
    html = (
        f'<div dir="ltr">{as_divs(text)}</div><br><div class="gmail_quote gmail_quote_container">'
        f'<div dir="ltr" class="gmail_attr">{escape(lead)}<br></div>'
        '<blockquote class="gmail_quote" style="margin:0 0 0 .8ex">'
        f"{html_of(mail)}</blockquote></div>"
    )
    return answer(mail, f"{text}\n\n{lead}\n\n{quoted(text_of(mail))}\n", html)


def gmail_text(text: str, mail: EmailMessage) -> EmailMessage:
    sender = mail["From"].addresses[0].addr_spec
    lead = f"Le jeu. {_WHEN}, Aiguilleur <\n{sender}> a écrit :"
    return answer(mail, f"{text}\n\n{lead}\n\n{quoted(text_of(mail))}\n")


def outlook_web(text: str, mail: EmailMessage) -> EmailMessage:
    html = (
        f'<html><body><div class="elementToProof">{as_divs(text)}</div>'
        '<div id="appendonsend"></div>'
        '<hr style="display:inline-block;width:98%"><div id="divRplyFwdMsg" dir="ltr">'
        f"<b>De :</b> Aiguilleur<br><b>Envoyé :</b> jeudi {_WHEN}<br><b>À :</b> {NAME}<br>"
        f"<b>Objet :</b> {escape(str(mail['Subject']))}<div>&nbsp;</div></div>"
        f'<div class="BodyFragment">{html_of(mail)}</div></body></html>'
    )
    return answer(mail, html=html)


def outlook_desktop(text: str, mail: EmailMessage) -> EmailMessage:
    html = (
        f'<html><body lang="FR"><div class="WordSection1">{as_office(text)}'
        '<div><div style="border:none;border-top:solid #E1E1E1 1.0pt"><p class="MsoNormal">'
        f"<b>De&nbsp;:</b> Aiguilleur &lt;bot@example.org&gt; <br><b>Envoyé&nbsp;:</b> {_WHEN}<br>"
        f"<b>À&nbsp;:</b> {NAME}<br><b>Objet&nbsp;:</b> {escape(str(mail['Subject']))}</p>"
        f"</div></div>{html_of(mail)}</div></body></html>"
    )
    return answer(mail, html=html)


def outlook_text(text: str, mail: EmailMessage) -> EmailMessage:
    head = (
        "-----Message d'origine-----\nDe : Aiguilleur <bot@example.org> \n"
        f"Envoyé : jeudi {_WHEN}\nÀ : {NAME} <{DESK}>\nObjet : {mail['Subject']}\n"
    )
    return answer(mail, f"{text}\n\n{head}\n{text_of(mail)}")


def outlook_mobile(text: str, mail: EmailMessage) -> EmailMessage:
    html = (
        f'<div dir="auto">{as_divs(text)}</div><div id="ms-outlook-mobile-signature">'
        '<a href="https://aka.ms/x">Obtenir Outlook pour iOS</a></div>'
        '<div id="mail-editor-reference-message-container"><hr><div><b>De :</b> Aiguilleur<br>'
        f"<b>Objet :</b> {escape(str(mail['Subject']))}</div>{html_of(mail)}</div>"
    )
    return answer(mail, html=html)


def thunderbird(text: str, mail: EmailMessage) -> EmailMessage:
    html = (
        f"<html><body><p>{escape(text).replace(chr(10), '<br>')}</p>"
        f'<div class="moz-cite-prefix">Le 03/12/2026 à 10:12, Aiguilleur a écrit :<br></div>'
        f'<blockquote type="cite" cite="mid:x">{html_of(mail)}</blockquote>'
        f'<pre class="moz-signature" cols="72">-- \n{NAME}</pre></body></html>'
    )
    lead = "Le 03/12/2026 à 10:12, Aiguilleur a écrit :"
    return answer(mail, f"{text}\n\n{lead}\n{quoted(text_of(mail))}\n\n-- \n{NAME}\n", html)


def thunderbird_below(text: str, mail: EmailMessage) -> EmailMessage:
    lead = "Le 03/12/2026 à 10:12, Aiguilleur a écrit :"
    return answer(mail, f"{lead}\n{quoted(text_of(mail))}\n\n{text}\n\n-- \n{NAME}\n")


def apple_mail(text: str, mail: EmailMessage) -> EmailMessage:
    html = (
        f"<html><body>{as_divs(text)}<br><div><blockquote type='cite'><div>Le {_WHEN}, "
        "Aiguilleur &lt;bot@example.org&gt; a écrit :</div><br>"
        f"{html_of(mail)}</blockquote></div></body></html>"
    )
    lead = f"Le {_WHEN}, Aiguilleur <bot@example.org> a écrit :"
    return answer(mail, f"{text}\n\n> {lead}\n> \n{quoted(text_of(mail))}\n", html)


def iphone(text: str, mail: EmailMessage) -> EmailMessage:
    lead = f"Le {_WHEN}, Aiguilleur <bot@example.org> a écrit :"
    body = f"{text}\n\nEnvoyé de mon iPhone\n\n> {lead}\n> \n> \ufeff\n{quoted(text_of(mail))}\n"
    return answer(mail, body)


def zimbra(text: str, mail: EmailMessage) -> EmailMessage:
    head = (
        f'De: "Aiguilleur" <bot@example.org>\nÀ: "{NAME}" <{DESK}>\n'
        f"Envoyé: Jeudi 3 Décembre 2026 10:12:00\nObjet: {mail['Subject']}\n"
    )
    html = (
        f'<html><body><div>{as_divs(text)}</div><hr id="zwchr" data-marker="__DIVIDER__">'
        f'<div data-marker="__HEADERS__"><b>De: </b>"Aiguilleur"<br><b>À: </b>"{NAME}"<br>'
        f"<b>Envoyé: </b>Jeudi 3 Décembre 2026<br><b>Objet: </b>{escape(str(mail['Subject']))}<br>"
        f'</div><div data-marker="__QUOTED_TEXT__">{html_of(mail)}</div></body></html>'
    )
    return answer(mail, f"{text}\n\n{head}\n{text_of(mail)}", html)


def orange(text: str, mail: EmailMessage) -> EmailMessage:
    head = (
        '> Message du 03/12/26 10:12\n> De : "Aiguilleur" <bot@example.org>\n'
        f"> A : {DESK}\n> Copie à : \n> Objet : {mail['Subject']}\n> \n"
    )
    return answer(mail, f"{text}\n\n{head}{quoted(text_of(mail))}\n")


def sfr(text: str, mail: EmailMessage) -> EmailMessage:
    html = (
        f"<div>{as_divs(text)}</div><blockquote><p>envoyé : 3 décembre 2026 à 10:12<br>"
        f"de : Aiguilleur &lt;bot@example.org&gt;<br>à : {DESK}<br>"
        f"objet : {escape(str(mail['Subject']))}</p>{html_of(mail)}</blockquote>"
    )
    return answer(mail, html=html)


def proton(text: str, mail: EmailMessage) -> EmailMessage:
    html = (
        f"{as_divs(text)}<div class='protonmail_signature_block'>Envoyé avec Proton Mail</div>"
        f"<div class='protonmail_quote'>Le jeudi 3 décembre 2026 à 10:12, Aiguilleur a écrit :<br>"
        f"<blockquote class='protonmail_quote' type='cite'>{html_of(mail)}</blockquote></div>"
    )
    return answer(mail, html=html)


def english_client(text: str, mail: EmailMessage) -> EmailMessage:
    lead = "On Thu, Dec 3, 2026 at 10:12 AM Aiguilleur <bot@example.org> wrote:"
    return answer(mail, f"{text}\n\nSent from my Galaxy\n\n{lead}\n{quoted(text_of(mail))}\n")


CLIENTS: tuple[Client, ...] = (
    *(gmail, gmail_text, outlook_web, outlook_desktop, outlook_text, outlook_mobile, thunderbird),
    *(apple_mail, iphone, zimbra, orange, sfr, proton, english_client),
)
"""Fourteen kinds; :func:`thunderbird_below`, who answers below, besides."""
