"""Columns whose name says that they are known only once the target is: hints, to be judged by the reader."""

from __future__ import annotations

from collections.abc import Mapping

from regression_analyzer.profile.names import tokens, words_in

OUTCOME = words_in(
    "after afterwards post posttest final outcome result results paid refund refunds refunded settled settlement "
    "closed closing discharge discharged actual realized realised resolved resolution cancelled canceled "
    "cancellation returned terminated termination collected recovery recoveries recovered sold delivered repaid "
    "nachher ergebnis resultat rueckerstattung ruckerstattung erstattung erstattet bezahlt storniert stornierung "
    "gekuendigt gekundigt kuendigung kundigung entlassung abgeschlossen apres resultats rembourse remboursement "
    "annule annulation resilie resiliation cloture despues resultado resultados pagado reembolso cancelado "
    "cancelacion cancelada pagato risultato risultati rimborso annullato disdetta esito"
)
"""Words for things that are often known only once the target is."""

INNOCENT: Mapping[str, frozenset[str]] = {
    "after": words_in("school tax taxes hours sun market work shave"),
    "post": words_in(
        "office offices code codes box graduate grad man town type text likes length topic world secondary"
    ),
    "final": words_in("year grade drive assembly"),
    "results": words_in("page pages shown per"),
    "paid": words_in("leave vacation holiday holidays time staff search ads ad media sick parental workers employees"),
    "actual": words_in("age size sex height weight address owner location"),
    "closing": words_in("time hour hours balance stock"),
    "closed": words_in("area areas door doors end loop shop"),
    "sold": words_in("units quantity qty items tickets number count mo month year yr"),
    "recovery": words_in("room rooms time"),
    "returned": words_in("items"),
    "collected": words_in("sample samples"),
}
"""Words beside it (before or after) with which such a word says nothing of the kind: a post office, paid leave."""

BEFORE = words_in(
    "previous prev prior past former earlier before lag lagged last baseline initial pre first expected planned "
    "predicted estimated forecast budgeted budget scheduled historical history vorher vorige vorherige voriger "
    "frueher fruhere letzte letzter precedent precedente ancien dernier anterior ultimo scorso"
)
"""Words that say the opposite: known before."""

WAITS = words_in(
    "day days hour hours minute minutes week weeks month months time tage stunden wochen monate zeit jours heures "
    "mois dias horas meses giorni ore mesi duration"
)
UNTIL = words_in("to until till bis jusqu hasta fino")
ENDS = words_in(
    "close closed closing closure resolve resolved resolution repair fix solve solved pay paid payment repay "
    "repayment churn default cancel cancelled canceled cancellation sale sell sold complete completed completion "
    "finish finished deliver delivered delivery discharge death die failure fail event outcome recovery recover "
    "settle settled settlement ship shipped return returned termination leave exit conversion convert purchase buy "
    "relapse readmission abschluss erledigung zahlung kuendigung lieferung verkauf ausfall tod cloture paiement "
    "livraison vente resiliation cierre pago entrega venta chiusura pagamento consegna vendita"
)
NEXT = words_in("next following subsequent future upcoming naechste naechster nachste nachster prochain prochaine "
              "suivant siguiente proximo prossimo")  # fmt: skip
PERIODS = words_in(
    "day week month quarter year period visit season purchase order wave score tag woche monat quartal jahr jour "
    "semaine mois annee trimestre dia semana mes ano giorno settimana mese anno"
)
DETAILS = words_in(
    "reason date day days time amount cost month year interview survey grund datum betrag motif raison fecha motivo "
    "data importo"
)
"""What is known of an event only if it happened: the reason of a cancellation, the date of a default."""


def afterwards_hint(name: str, *, target: str = "", event: bool = False) -> str | None:
    """Return the words that say the value may be known only after the target, or None.

    Parameters
    ----------
    target : its name
    event : the target is something that happens or does not (two outcomes)
    """
    words = tokens(name)
    if any(w in BEFORE for w in words):
        return None
    for i, word in enumerate(words):
        beside = {*words[max(i - 1, 0) : i], *words[i + 1 : i + 2]}
        if word in OUTCOME and not beside & INNOCENT.get(word, frozenset()):
            return word
    return _wait(words) or _later(words) or _leaving(words) or (_detail(words, tokens(target)) if event else None)


def _wait(words: tuple[str, ...]) -> str | None:
    """Return "days to close": how long until something ends is known when it has."""
    for i in range(1, len(words) - 1):
        if words[i] in UNTIL and words[i - 1] in WAITS and words[i + 1] in ENDS:
            return " ".join(words[i - 1 : i + 2])
    return None


def _later(words: tuple[str, ...]) -> str | None:
    for i in range(len(words) - 1):
        if words[i] in NEXT and words[i + 1] in PERIODS:
            return " ".join(words[i : i + 2])
    return None


def _leaving(words: tuple[str, ...]) -> str | None:
    for i in range(len(words) - 1):
        if words[i] == "exit" and words[i + 1] in DETAILS:
            return " ".join(words[i : i + 2])
    return None


def _detail(words: tuple[str, ...], target: tuple[str, ...]) -> str | None:
    """Return "churn reason" where the target is churn: a detail of the event itself."""
    own = {w for w in target if len(w) > 3}
    for w in words:
        if any(w == t or (len(t) > 4 and w.startswith(t[:5])) for t in own):
            detail = next((d for d in words if d in DETAILS), None)
            if detail is not None:
                return f"{w} {detail}"
    return None
