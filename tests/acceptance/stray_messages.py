"""M5: none of 50 empty, emoji, mashed, foreign or off-topic messages goes to a desk as certain.

    python -m tests.acceptance.stray_messages

Needs the model of the knowledge base that is shipped; it is trained when there is none. None of
the messages stands in that knowledge base.
"""

from __future__ import annotations

import sys
from collections import Counter

from bot.ops.settings import load_settings
from bot.service.served_model import load_or_train_model
from tests.acceptance.harness import Run

STRAY = {
    "empty": ["", " ", "\n\t", "\u200b\ufeff", "\u00a0", "...", "?!", "—", "\x00", "\u202e"],
    "emoji": ["👍", "🙏🙏", "😡😡😡", "❤️", "🤷", "👋🏽", "🎉🎂", "😭", "🏳️‍🌈", "🫠"],
    "mash": [
        *("jkljkljkl", "aqwzsx edcrfv", "mmmmmmmmmm", "poiuytreza", "hgfdsq!!!"),
        *("xdxdxd", "111222333", "kkkk oooo", "zbrfgh lmpq", "%%%$$$###"),
    ],
    "foreign": [
        "Wo finde ich den nächsten Bahnhof?",
        "¿A qué hora cierra el supermercado?",
        "Dove posso comprare un biglietto?",
        "Hoe laat begint de film vanavond?",
        "Jaka będzie jutro pogoda?",
        "Где находится библиотека?",
        "今日の夕食は何ですか",
        "أين أقرب محطة قطار؟",
        "Onde fica a praia mais próxima?",
        "What time does the museum open on Sunday?",
    ],
    "off topic": [
        "Quelle est la recette de la tarte Tatin ?",
        "Qui a gagné le match hier soir ?",
        "Comment tailler un rosier en hiver ?",
        "Tu me conseilles quel film ce week-end ?",
        "Combien de calories dans une banane ?",
        "Mon chat refuse de manger ses croquettes",
        "À quelle heure part le train pour Nantes ?",
        "Peux-tu écrire un poème sur l'automne ?",
        "Quel pneu neige choisir pour ma voiture ?",
        "Ma fille a un devoir sur Napoléon, une idée de plan ?",
    ],
}


def main() -> int:
    """Decide on every message; exit code 1 when one goes to a desk."""
    triage = load_or_train_model(load_settings()).triage
    routed = 0
    for name, texts in STRAY.items():
        decisions = [triage.decide(text) for text in texts]
        actions = Counter(decision.action for decision in decisions)
        routed += actions["route"]
        print(f"{name:10} {dict(actions)}")
        for text, decision in zip(texts, decisions, strict=True):
            if decision.action in {"answer", "route"}:
                print(f"  {decision.action} {decision.target} {decision.confidence:.2f}: {text!r}")
    run = Run()
    run.exactly(f"M5: of {sum(map(len, STRAY.values()))}, sent to a desk as certain", routed, 0)
    return int(not run.met)


if __name__ == "__main__":
    sys.exit(main())
