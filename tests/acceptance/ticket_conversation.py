"""One conversation between an asker and a desk, played end to end and printed as text.

Run by hand: ``python -m tests.acceptance.ticket_conversation``
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from tests.acceptance.harness import Run, play
from tests.fakes.desk_service import CAMILLE, CLAIRE, GROUP, NOE, Desks, desks_answering

if TYPE_CHECKING:
    from tests.fakes.bot_api_rules import Sent

QUESTION = "Mon vélo 12 ne démarre plus, appelez-moi au 06 12 34 56 78"


class Script:
    """Plays, and prints what each side sees."""

    def __init__(self, desks: Desks) -> None:
        self.desks = desks
        self._shown: dict[int, int] = {}
        self._texts: dict[int, str] = {}

    def asker(self, text: str) -> dict[str, object]:
        print(f"\n[demandeur] {text}")
        return self.desks.api.user_says(CLAIRE, text)

    def desk(self, text: str, who: int, thread: int, to: Sent | None = None) -> dict[str, object]:
        how = "répond au robot" if to else "écrit dans le sujet"
        print(f"\n[guichet, {self.desks.api.name(who)['last_name']}, {how}] {text}")
        return self.desks.api.staff_says(GROUP, who, text, thread=thread, to=to)

    async def show(self) -> None:
        """Print what the bot has said since."""
        await self.desks.settled()
        for chat, side in ((CLAIRE, "demandeur"), (GROUP, "sujet")):
            said = self.desks.api.chats.of(chat)
            for sent in said[self._shown.get(chat, 0) :]:
                print(f"\n  -> {side} : {sent.text}".replace("\n", "\n     "))
                for label, _ in sent.buttons:
                    print(f"     [{label}]")
            for sent in said[: self._shown.get(chat, 0)]:
                if sent.text != self._texts.get(sent.message_id):
                    print(f"\n  -> {side}, message modifié : {sent.text}".replace("\n", "\n     "))
            self._shown[chat] = len(said)
            self._texts |= {sent.message_id: sent.text for sent in said}


async def main(run: Run) -> None:
    async with desks_answering() as desks:
        script = Script(desks)
        script.asker(QUESTION)
        await script.show()
        await desks.begin_again(CLAIRE)
        print("\n[demandeur] presse le bouton du guichet")
        await script.show()
        print("\n[demandeur] presse « Envoyer »")
        await desks.press(CLAIRE, "t:send")
        await script.show()
        (thread,) = desks.api.topics_of(GROUP)
        print(f"\n  -> groupe : nouveau sujet « {desks.api.topics_of(GROUP)[thread].name} »")
        script.desk("/prendre", CAMILLE, thread)
        await script.show()
        script.desk("Noé, tu connais ce vélo ?", CAMILLE, thread)
        await script.show()
        head = desks.head(thread)
        print(f"\n[guichet] presse « {head.buttons[0][0]} »")
        desks.api.staff_presses(CAMILLE, head, head.buttons[0][1])
        await script.show()
        print("\n(dix secondes plus tard)")
        await desks.pass_time(timedelta(seconds=11))
        await script.show()
        script.asker("C’est fait, mais à quelle heure ferme l’atelier ?")
        await script.show()
        answer = script.desk("À 18 h.", NOE, thread, head)
        await script.show()
        print("\n[guichet] corrige son message : « À 19 h. »")
        desks.api.user_edits(answer, "À 19 h.")
        await script.show()
        script.asker("/statut")
        await script.show()
        script.desk("/clore réparé", CAMILLE, thread)
        await script.show()
        print("\n[demandeur] presse ★★★★★")
        await desks.press(CLAIRE, f"t:rate:{desks.button(CLAIRE, 't:rate').split(':')[2]}:5")
        script.asker("Merci !")
        await script.show()
        (ticket,) = await desks.tickets()
        reactions = "".join(desks.api.chats.reactions.values())
        run.exactly("state, rating, reactions", (ticket.state, ticket.rating, reactions), WANTED)


WANTED = ("closed", 5, "👌")

if __name__ == "__main__":
    play(main, __doc__)
