"""The definition in words is made from the definition itself: it names all that decides the figure."""

import pytest
from pages.every_measure import DEFINITIONS, NAMES, WORDS, model

MODEL_WORDS = {**WORDS, "ready": {"da": "Jobparate", "en": "Ready for job"}, "female": {"da": "Kvinder", "en": "Women"}}
SAID = {
    "intake": (
        "Counts the courses that began in the period.",
        "Only courses in the target groups ready for job and on sick leave.",
        "Only people who were 18 years old or more, and under 60.",
        "A course belongs to the unit responsible on the day it began.",
        "Courses of the same person and target group are one course, when the next begins no more than 1 day after "
        "the one before it ended.",
    ),
    "fast_lasting": (
        "Looks at the courses that began in the period, and finds the share that turned out well.",
        "A course counts when it ends no later than 26 weeks after it began, and leads to work or education.",
        "It must also last: for 26 weeks from the day of the end the person is in no other course, and never recorded "
        "as cash benefit or sickness benefit.",
        "Only people whose record says, for sex: women or men.",
    ),
    "cost_per_exit": (
        "Divides what is counted in “Spending” by what is counted in “Exits to work or education”.",
        "It is as certain as the less certain of the two.",
    ),
}


def sentences(key: str, language: str) -> tuple[str, ...]:
    from django.utils.translation import override

    from pejling.pages.definition import definition

    made = model()
    with override(language):
        return definition(made, made.indicator(key)).sentences


@pytest.mark.parametrize("key", SAID)
def test_a_definition_reads_as_sentences(northern_ireland, key):
    assert sentences(key, "en")[: len(SAID[key])] == SAID[key]


def test_a_danish_definition_reads_as_sentences(northern_ireland):
    assert sentences("weeks_to_exit", "da")[:3] == (
        "Ser på de forløb, der begyndte i perioden, og finder antallet af uger, til halvdelen af dem var sluttet.",
        "Et forløb, der stadig er i gang, regnes med, så længe det er fulgt (en overlevelseskurve).",
        "Hvis halvdelen aldrig når dertil, står der: ikke nået.",
    )
    assert sentences("lasting", "da")[:3] == (
        "Ser på de forløb, der sluttede i perioden og førte til arbejde eller uddannelse, og finder andelen, hvor "
        "afslutningen varede ved.",
        "Det skal også vare: I 26 uger fra afslutningens dag er personen ikke i noget andet forløb.",
        "Af andre forløb betyder kun dem i målgruppen jobparate noget her.",
    )


@pytest.mark.parametrize("key", [each["key"] for each in DEFINITIONS])
@pytest.mark.parametrize("language", ["da", "en"])
def test_a_definition_is_whole_sentences_in_either_language(northern_ireland, key, language):
    said = sentences(key, language)
    assert said and all(each[0].isupper() and each.endswith(".") and "%(" not in each for each in said)
    assert not set(said) & set(sentences(key, "en" if language == "da" else "da"))


@pytest.mark.parametrize("definition", DEFINITIONS, ids=lambda each: each["key"])
def test_every_parameter_is_named_in_words(northern_ireland, definition):
    said = " ".join(sentences(definition["key"], "en")).lower()
    for name, value in definition.items():
        if name in ("within", "lasting", "after", "horizon", "reentry_within"):
            assert value in said, name
        elif name in ("exit_to", "support_states", "states", "activity_kinds", "contact_kinds", "accounts"):
            assert all(WORDS[each]["en"].lower() in said for each in value), name
        elif name in ("relapse_target_groups", "reentry_target_groups"):
            assert "ready for job" in said
        elif name in ("numerator", "denominator") and definition["measure"] == "ratio":
            assert NAMES[value]["en"].lower() in said
        elif name == "instrument":
            assert "who-5" in said
        elif name == "improved_by":
            assert "at least 10 points" in said
        elif name == "credit":
            assert "belongs to the supplier" in said


def test_an_amount_says_what_it_is_the_sum_of(northern_ireland):
    (spent,) = [each for each in DEFINITIONS if each["key"] == "spent"]
    for nature, word in (("budget", "budget"), ("actual", "spent"), ("commitment", "committed")):
        from django.utils.translation import override

        from pejling.pages.definition import definition

        made = model([spent | {"nature": nature}])
        with override("en"):
            assert word in definition(made, made.indicator("spent")).sentences[0]
