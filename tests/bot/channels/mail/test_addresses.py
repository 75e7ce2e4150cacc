from __future__ import annotations

import pytest

from bot.channels.mail.addresses import TicketAddresses, domain_of, has_same_domain
from tests.fakes.mails import ADDRESSES, ticket_mail


def test_the_address_of_a_ticket_leads_back_to_it_and_to_no_other() -> None:
    address = ADDRESSES.address_of(12)
    assert ADDRESSES.tickets_in_addresses([f"Bot <{address.upper()}>"]) == {12}
    assert ADDRESSES.tickets_in_addresses([address.replace("+t12.", "+t13.")]) == set()
    assert TicketAddresses(b"another key 0123", "a@b.example").tickets_in_addresses([address]) == (
        set()
    )


@pytest.mark.parametrize(
    "forged", ["bot+t12.@example.org", "bot+t12@example.org", "+t99999999999."]
)
def test_an_address_that_we_did_not_make_leads_nowhere(forged: str) -> None:
    assert ADDRESSES.tickets_in_addresses([forged]) == set()


def test_the_names_of_our_mails_lead_back_to_their_tickets() -> None:
    name = str(ticket_mail(12, 7)["Message-ID"])
    assert ADDRESSES.tickets_in_names([f"<a@b> {name}"]) == {12}
    assert ADDRESSES.tickets_in_names([name.replace("t12.7", "t12.8")]) == set()


def test_answers_may_go_to_another_address_than_the_sender() -> None:
    addresses = TicketAddresses(b"0123456789abcdef", "a@x.example", "Retour <b@y.example>")
    assert addresses.address_of(3).startswith("b+t3.")
    assert addresses.address_of(3).endswith("@y.example")


def test_domains_are_compared_whole() -> None:
    assert has_same_domain(domain_of("A <x@Mail.Desk.example>"), "desk.example")
    assert not has_same_domain("evildesk.example", "desk.example")
    assert not has_same_domain("", "")
