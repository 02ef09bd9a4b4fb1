"""Closed word lists of the languages that the extractive model reads well. Data only; a language is added here."""

STEMMERS = {"en": "english", "de": "german"}

_EN_STOPS = """
a about above after again against all also am an and any are aren't as at be because been before being below between
both but by can can't cannot could couldn't did didn't do does doesn't doing don't down during each either few for from
further get gets got had hadn't has hasn't have haven't having he he'd he'll he's her here here's hers herself him
himself his how how's i i'd i'll i'm i've if in into is isn't it it's its itself just let's like many may me might more
most much must my myself no nor not of off on once one's only onto or other ought our ours ourselves out over own
please same shall shan't she she'd she'll she's should shouldn't since so some such than that that's the their theirs
them themselves then there there's these they they'd they'll they're they've this those through to too toward towards
under until up upon us very via was wasn't we we'd we'll we're we've were weren't what what's when when's where
where's which while who who's whom whose why why's will with within without won't would wouldn't you you'd you'll
you're you've your yours yourself yourselves
"""

_DE_STOPS = """
aber alle allem allen aller alles als also am an ander andere anderem anderen anderer anderes auch auf aus bei beim bin
bis bist bitte da dabei dadurch dafür damit dann das dass daß dein deine deinem deinen deiner dem den denn der deren des
dessen dich die dies diese diesem diesen dieser dieses dir doch dort du durch ein eine einem einen einer eines einige
einigen einiger er es etwas euch euer eure für gegen gewesen hab habe haben hat hatte hatten hier hin hinter ich ihm ihn
ihnen ihr ihre ihrem ihren ihrer im in indem ins ist ja jede jedem jeden jeder jedes jene jenem jenen jener jenes
kann kannst kein keine keinem keinen keiner können könnte man manche manchem manchen mein meine meinem meinen meiner
mich mir mit muss musst müssen nach nicht nichts noch nun nur ob oder ohne sehr sein seine seinem seinen seiner seit
selbst sich sie sind so solche solchem solchen soll sollen sollte sondern sonst über um und uns unser unsere unserem
unseren unserer unter viel viele vom von vor während war waren warum was weil welche welchem welchen welcher welches
wenn wer werde werden wem wen wie wieder wieviel will wir wird wirst wo woher wohin wollen worden wurde wurden würde
würden zu zum zur zwar zwischen
"""

STOP_WORDS = {"en": frozenset(_EN_STOPS.split()), "de": frozenset(_DE_STOPS.split())}

NUMBER_WORDS = {
    **dict(
        zip(
            "zero one two three four five six seven eight nine ten eleven twelve".split(),
            map(str, range(13)),
            strict=True,
        )
    ),
    **dict(
        zip(
            "zwei drei vier fünf sechs sieben acht neun zehn elf zwölf".split(),
            map(str, range(2, 13)),
            strict=True,
        )
    ),
    **dict(
        zip(
            "twenty thirty forty fifty sixty seventy eighty ninety".split(),
            map(str, range(20, 100, 10)),
            strict=True,
        )
    ),
}

# Words before a full stop that do not end a sentence, lower case, without the stop.
ABBREVIATIONS = frozenset(
    """
    mr mrs ms dr prof sr jr st ste mt ft gen col lt sgt capt cmdr maj adm gov sen rep pres rev hon messrs
    vs v etc eg ie e.g i.e cf al approx est ca c circa no nos vol vols pp p fig figs eq sec ch ed eds rev op
    inc ltd co corp bros dept univ assn ave blvd rd jan feb mar apr jun jul aug sep sept oct nov dec
    u.s u.k u.n a.m p.m b.c a.d d.c ph.d m.d b.a m.a
    z.b d.h u.a usw bzw ggf evtl inkl zzgl bspw nr str tel abs art abb vgl hrsg jh jhd geb gest
    """.split()
)
