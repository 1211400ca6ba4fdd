"""The languages a receptionist can speak, and what the parts of a phone call each call them."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Language:
    """`name` in English; `locale` with the country whose accent is expected; `fallback_voice`: one of
    Azure's, which stands in when the chosen voice fails."""

    name: str
    locale: str
    fallback_voice: str


LANGUAGES: dict[str, Language] = {
    "en": Language("English", "en-US", "en-US-JennyNeural"),
    "es": Language("Spanish", "es-MX", "es-MX-DaliaNeural"),
    "fr": Language("French", "fr-FR", "fr-FR-DeniseNeural"),
    "de": Language("German", "de-DE", "de-DE-KatjaNeural"),
    "it": Language("Italian", "it-IT", "it-IT-ElsaNeural"),
    "pt": Language("Portuguese", "pt-BR", "pt-BR-FranciscaNeural"),
    "nl": Language("Dutch", "nl-NL", "nl-NL-FennaNeural"),
}
