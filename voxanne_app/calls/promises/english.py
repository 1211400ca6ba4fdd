"""How refusals, offers and consent sound in English. Another language is another two modules like these."""

import re

from voxanne_app.calls.promises.english_claims import CLAIMS
from voxanne_app.calls.promises.language import Language

_COULD_NOT = (
    r"(?:could ?n't|could not|wasn't able to|was not able to|haven't|have not)(?: actually| currently| yet)?"
)
_CANNOT = rf"(?:{_COULD_NOT}|'m not able to|am not able to|unable to|can't|cannot)"

ENGLISH = Language(
    code="en",
    claims=CLAIMS,
    # What comes before the words of a promise and makes them none.
    not_so=re.compile(
        r"\b(?:if|unless|whether|in case|before|until|once you|when you|as soon as you|should you|provided"
        r"|not|never|nobody|no one|nothing|without|can't|cannot|couldn't|won't|wouldn't|haven't|hasn't|don't"
        r"|doesn't|didn't|isn't|aren't|wasn't|unable|would|could|might|may|can|shall|should|want|like|ask\w*"
        r"|said|told|mentioned|meant|hoping|hope|thought|wanted|heard|saying|claim\w*|instead of|normally"
        r"|usually|typically|often|were to|wish|supposed)\b"
    ),
    # What comes before and says nothing about it, although it sounds so.
    harmless=re.compile(
        r"\b(?:no (?:problem|worries)|not a problem|not to worry|don't worry|why not|"
        r"can you hear me|as you (?:said|asked|wanted|wished)"
        r"|just like you (?:asked|wanted)|like you (?:asked|said|wanted)|as (?:you )?(?:requested|"
        r"promised|asked)|would you believe"
        r"|as soon as (?:i|we) can|what you (?:asked|wanted)|thanks? (?:you )?for (?:asking|"
        r"telling me)|happy to tell you (?:that )?|(?:i can|i'm able to|can) confirm(?: that|"
        r" now)?)\b"
    ),
    # What comes after an announcement and makes an offer of it.
    on_condition=re.compile(
        r"\b(?:if|unless|provided|once you|when you|as soon as you|should you|whenever you)\b"
    ),
    tag=re.compile(r"^(?:ok|okay|all right|alright)$"),
    asks=re.compile(
        r"\b(?:is that|would that|does that|shall i|sounds?|how (?:does|about)|would you like|"
        r"do you want|ok with you|may i|can i|works? for you)\b"
    ),
    opens_clause=re.compile(
        r"(?:\s*,|\s+[–—-])\s*(?=(?:(?:and|but|so|then|because|though)\s+)?(?:i|i've|i'll|i'm|you|"
        r"you're|you'll|you've|we|we'll|we've|"
        r"someone|somebody|they|they'll|it|it's|that's|if|would|can|could|shall|should|is|are|"
        r"does|do|did|please|let|nobody|"
        r"unless|what|how|see|your|ok|okay|alright|all right|right|correct|a text|the (?:doctor|"
        r"team|clinic|office|nurse|appointment)|(?:dr|doctor)\b\.? \w+ (?:will|is))\b)"
        r"|\s+(?=(?:and|but|so|because|then)\s+(?:i|i've|i'll|i'm|you|you're|you'll|we|we'll|"
        r"we've|someone|somebody|they|they'll|it|it's|"
        r"that's|if|would|your|a text|the (?:doctor|team|clinic|office|nurse|appointment))\b)|"
        r"\s+(?=or (?:would|shall|should|do)\b)"
    ),
    opens_condition=re.compile(
        r"^(?:and |but |so |or )?(?:if|unless|in case|should you|once you|as soon as you|provided"
        r"|assuming|suppose)\b"
    ),
    # The agent takes back what it said.
    taken_back={
        "any": re.compile(
            r"\b(?:scratch that|i was (?:wrong|mistaken)|my mistake|i made a mistake|i misspoke|"
            r"ignore (?:that|what i said)"
            r"|that's not right|let me correct|disregard (?:that|what)|i spoke too soon)\b"
            r"|\b(?:did ?n't|has ?n't|did not|has not) (?:go through|gone through|work(?:ed)? out)\b"
        ),
        "appointment": re.compile(
            rf"\b{_COULD_NOT} (?:book|make|schedule|reserve|move|reschedule|change|cancel|booked|"
            rf"moved|cancelled|rescheduled)\b"
            r"|\b(?:nothing|no appointment) (?:is|was|has been) (?:booked|moved|cancelled|changed)"
            r"|\byou(?:'re| are) not (?:actually )?(?:booked|down|scheduled)\b|\b(?:cannot|"
            r"can't) find (?:that|your) (?:booking|appointment)\b"
        ),
        "texted": re.compile(rf"\b{_CANNOT} (?:send|text|sent|texted)\b"),
        "transfer": re.compile(
            rf"\b{_CANNOT} (?:transfer|reach|connect|put|forward|get hold)\b|\bnobody (?:picks|picked|is)"
        ),
    },
    # What was about to be done cannot be done.
    refused=re.compile(
        r"\b(?:no longer|not) (?:free|available|open)\b|\b(?:already|just been|just) (?:taken|"
        r"gone|booked)\b|\boutside our hours\b"
        r"|\bnobody is (?:available|there|free)\b|\bno one is (?:available|there|free)\b|"
        r"\bi can(?:not|'t) (?:book|do|move|cancel|transfer|connect) (?:that|it|this|you)\b"
        r"|\b(?:nothing|no one|nobody)(?: else)? is free\b|\bis fully booked\b|\bdo not exist|"
        r"does not exist|\bi am having trouble|\bhaving trouble"
    ),
    another=re.compile(r"\b(?:also|another|second|2nd|as well|both|other|too|additional)\b"),
    corrects=re.compile(r"\b(?:actually|sorry|i mean|i meant|correction|instead|rather)\b"),
    # All up to the time that something is moved to.
    target=re.compile(r"^.*\bfrom\b.*(?<!quarter) to |^.*?(?<!quarter) to "),
    continues=re.compile(
        r"^(?:so |and )?(?:that's|that is|that'll be|it's|it is|this is|for|on|at|it'll be|with|#"
        r"|your appointment is)"
    ),
    agrees=re.compile(
        r"\b(?:yes|yeah|yep|yup|sure|ok|okay|perfect|great|wonderful|absolutely|definitely|"
        r"certainly|of course|please do|go ahead|do it|do that|"
        r"sounds (?:good|great|fine|perfect|lovely)|that(?:'s| is| will be|'ll be|'d be|"
        r" would be) (?:fine|good|great|perfect|ok|okay|it|right|correct|lovely|alright)|works|"
        r"that'?ll do|i'll take|i will take|i'd take|i take|let's|correct|exactly|fine|alright|"
        r"all right|lovely|suits|better|"
        r"the (?:first|second|third|last|earlier|later|latter|former|\d(?:st|nd|rd|th)) (?:one|"
        r"slot|time)|either|any ?time|whatever|whenever|earliest|"
        r"(?:first|1st) (?:available|free)|soonest|mm-?hmm|uh-?huh)\b"
    ),
    insists=re.compile(r"\b(?:yes|go ahead|please do|do it|book it|i'll take (?:it|that))\b"),
    hesitates=re.compile(
        r"\b(?:think (?:about|it over|that over|on it)|let me think|not sure|not yet|"
        r"don't (?:book|do|want|make|schedule|move|cancel|change)|"
        r"do not (?:book|want|make|move|cancel|change)|i(?:'ll| will) (?:call|ring|"
        r"phone)(?: you)?(?: back)?|only asking|just asking|just wondering|only wondering|"
        r"just checking|just curious|"
        r"never ?mind|forget it|no thanks|no thank you|maybe|another day|check (?:with )?my|"
        r"talk to my|ask my|hold off|didn't (?:say|ask|agree)|did not (?:say|ask|agree)|"
        r"not (?:today|now|ready|really|interested)|i'll (?:see|let you know|get back)|"
        r"have to check|need to check|leave it)\b"
    ),
    denies=re.compile(r"\b(?:no|nope|nah)\b(?! (?:problem|worries|matter))"),
    # A question about what there is asks for nothing yet.
    inquires=re.compile(
        r"\b(?:do you (?:have|offer|do|take|still)|have you got|is there|are there|is (?:it|that|"
        r"#+|the)|are you|what(?! about)|when|how(?! about)|which|any(?:thing)? (?:free|available|"
        r"open)|"
        r"would (?:it|there|#+)|could there)\b|\bis #"
    ),
    offers=re.compile(
        r"\b(?:book|appointment|slot|works?|schedule|reserve|suit|confirm|put you|take (?:it|"
        r"that)|go ahead|come in|when|what (?:day|time)|free|available|moved?|reschedule|cancel|"
        r"opening|(?:i|we)(?:'ve| have)|offer|shall i)\b"
    ),
    wants={
        "book_appointment": re.compile(
            r"\b(?:book|appointment|schedule|slot|come in|see (?:the|a|dr|doctor)|have|need|make|"
            r"get|reserve|put me|sign me|fit me)\b"
        ),
        "move_appointment": re.compile(
            r"\b(?:move|reschedule|change|another (?:time|day)|different (?:time|day)|instead|"
            r"earlier|later|anything else|can't make|push|switch|"
            r"postpone|doesn't work|does not work|swap|rebook|bring (?:it|that|my))\b"
        ),
        "cancel_appointment": re.compile(
            r"\b(?:cancel|call off|call it off|won't (?:be able|come|make)|can't (?:come|make)|"
            r"cannot (?:come|make)|not coming|take me off|"
            r"(?:delete|remove|drop|scrap) (?:my|the|that|it)|don't need (?:my|the|that))\b"
        ),
    },
    stopwords=frozenset(
        [
            "the",
            "and",
            "you",
            "for",
            "i",
            "to",
            "a",
            "is",
            "in",
            "my",
            "it",
            "at",
            "on",
            "of",
            "please",
            "that",
            "have",
            "me",
            "we",
            "can",
            "with",
            "yes",
            "no",
            "do",
            "are",
            "be",
            "this",
            "your",
            "am",
            "pm",
            "hi",
            "hello",
            "thank",
            "thanks",
            "bye",
            "would",
            "like",
            "need",
            "what",
            "when",
            "dr",
            "monday",
            "tuesday",
            "wednesday",
            "thursday",
            "friday",
        ]
    ),
)
