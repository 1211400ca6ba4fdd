"""Who can speak: the seven providers and their voices, and the models that can think.

From the voice platform's published document; other voices of a provider are named by their id.
"""

from dataclasses import dataclass

from voxanne_app.agents.languages import LANGUAGES

ANY_LANGUAGE = ("en", "es", "fr", "de", "it", "pt", "nl")


@dataclass(frozen=True)
class Provider:
    """`speeds`: slowest and fastest, None where the provider knows none. `takes_other_ids`: whether a voice
    may be named that is not listed here. `has_stand_ins`: whether others can take over when it fails."""

    name: str
    voices: tuple[str, ...]
    speeds: tuple[float, float] | None
    languages: tuple[str, ...] = ANY_LANGUAGE
    takes_other_ids: bool = True
    has_stand_ins: bool = True


PROVIDERS: dict[str, Provider] = {
    "vapi": Provider(
        "Vapi",
        ("Clara", "Elliot", "Savannah", "Emma", "Nico", "Kai", "Sagar", "Godfrey", "Neil", "Rohan", "Leah",
         "Tara", "Jess", "Leo", "Dan", "Mia", "Zac", "Zoe"),
        (0.25, 2.0),
        takes_other_ids=False,
        has_stand_ins=False,
    ),
    "elevenlabs": Provider(
        "ElevenLabs",
        ("sarah", "matilda", "andrea", "marissa", "myra", "paula", "burt", "drew", "joseph", "mark", "mrb",
         "paul", "phillip", "ryan", "steve"),
        (0.7, 1.2),
    ),
    "openai": Provider(
        "OpenAI",
        ("alloy", "echo", "fable", "onyx", "nova", "shimmer", "marin", "cedar"),
        (0.25, 4.0),
        takes_other_ids=False,
    ),
    "google": Provider(
        "Google", ("Puck", "Charon", "Kore", "Fenrir", "Aoede"), None, takes_other_ids=False
    ),
    "azure": Provider("Azure", ("emma", "andrew", "brian"), (0.5, 2.0)),
    "playht": Provider(
        "PlayHT",
        ("jennifer", "melissa", "ruby", "donna", "will", "chris", "matt", "jack", "davis", "michael"),
        (0.1, 5.0),
    ),
    "rime": Provider(
        "Rime",
        ("cove", "moon", "wildflower", "eva", "amber", "maya", "lagoon", "breeze", "helen", "joy", "marsh",
         "creek", "cedar", "alpine", "summit", "nicholas", "tyler", "colin", "hank", "thunder", "astra"),
        (0.1, 2.0),
        languages=("en", "es", "de", "fr", "pt"),
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Model:
    """`fallbacks` take over, in order, when it does not answer. `speaks` is the voice provider whose voices
    are part of the model itself."""

    name: str
    advice: str
    fallbacks: tuple[str, ...]
    speaks: str = ""


GEMINI_LIVE = "gemini-2.0-flash-realtime-exp"
MODELS: dict[str, Model] = {
    "gpt-4.1": Model("GPT-4.1", "exact with tools; the usual choice", ("gpt-4.1-mini", "gpt-4o")),
    "gpt-4.1-mini": Model("GPT-4.1 mini", "quicker and cheaper", ("gpt-4.1", "gpt-4o-mini")),
    "gpt-4o": Model("GPT-4o", "warm in conversation", ("gpt-4.1", "gpt-4o-mini")),
    "gpt-5.4-mini": Model("GPT-5.4 mini", "the newest; thinks a little longer", ("gpt-4.1", "gpt-4.1-mini")),
    GEMINI_LIVE: Model("Gemini Live", "speaks itself, with Google’s voices", (), speaks="google"),
}


def stand_ins(provider: str, language: str) -> tuple[tuple[str, str], ...]:
    """(provider, voice) of who takes over, in order, when a voice of `provider` fails: of other companies, so
    that one company's bad day is not all of them's."""
    if provider not in PROVIDERS or language not in LANGUAGES or not PROVIDERS[provider].has_stand_ins:
        return ()
    others = (("azure", LANGUAGES[language].fallback_voice), ("openai", "alloy"), ("vapi", "Elliot"))
    return tuple(one for one in others if one[0] != provider)[:2]


def voices_matching(words: str) -> list[tuple[str, str]]:
    """(provider, voice) of every voice whose name or provider's name holds all of `words`."""
    wanted = words.casefold().split()
    return [
        (key, voice)
        for key, provider in PROVIDERS.items()
        for voice in provider.voices
        if all(word in f"{provider.name} {voice}".casefold() for word in wanted)
    ]
