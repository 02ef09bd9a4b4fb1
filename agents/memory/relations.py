"""How people say for whom they work, who is who to them, and where those are: patterns as in `agents.memory.rules`, in
English and German. What they say of somebody or something else is a fact of that one (`agents.memory.subjects`)."""

from agents.memory.rules import ENDS, NAME, PLACE, Rule, said, taken_back
from agents.memory.subjects import PEOPLE, words_of

_WORD = r"[A-ZÄÖÜÉ][\w&'’-]*"
_COMPANY_NAME = rf"{_WORD}(?: (?:& )?{_WORD}){{0,3}}"
COMPANY = rf"(?:the |der |dem |die )?(?-i:(?P<value>{_COMPANY_NAME}))"
NO_COMPANIES = frozenset(
    "you your yourself ihnen euch sie uns dir mir him her them us myself mich tag nacht tageslicht regen hitze kälte "
    "kunden kundinnen menschen leute leuten geld spaß freunde freunden firmen unternehmen monday tuesday wednesday "
    "thursday friday saturday sunday january february march april may june july august september october november "
    "december montag dienstag mittwoch donnerstag freitag samstag sonntag".split()
)
NO_SUBJECTS = frozenset(
    "it this that these those who what where which everything nobody somebody someone everyone one our my your his "
    "her their office delivery support mein meine unser unsere ihr ihre sein seine wer was wo alles niemand jemand "
    "man dies diese dieser dieses es das und and but aber also so if wenn since seit because weil now jetzt".split()
)
_MY = r"\b(?:my|our|meine?[rsmn]?|unsere?[rsmn]?)"
_PERSON = rf"(?P<role>{words_of(*PEOPLE)})"
_CALLED = rf"(?:,? (?:called |named |namens )?(?-i:(?P<subject>{_WORD})),?)"
_SOMEBODY = rf"\b(?-i:(?P<subject>{_WORD}))(?:, (?:my|meine?) {words_of(*PEOPLE)},)?"
_FIRM = rf"(?P<role>{words_of('employer')})"
_FEW = r"(?: (?!nicht\b)[\wäöüß.]+){0,4}?"
_NOW = r"(?: (?:now|currently|still|just|recently|also|jetzt|nun|inzwischen|noch|derzeit|aktuell))*"
_SINCE = r"(?: (?:since|for|in|from)(?: \w+){1,3}?)?"
_NO_JOB = (
    r"(?!\w*(?:customer|client|member|subscriber|guest|student|patient|user|fan|shareholder|visitor|kund|mitglied|"
    r"abonnent|nutzer|gast|interessent|besucher|käufer|schüler))"
)
_JOB = (
    r"(?!customer|client|member|subscriber|guest|student|patient|user|fan|shareholder|kund|mitglied|abonnent|"
    r"nutzer|gast)"
)
_JOB = r"(?:(?:an? |the |my |eine[nm]? |einer |den |die )(?:new |neue[nrsm]? )?(?:job|position|role|post|stelle))"
_AT = r"(?:at|with)"
_SEAT = r"(?:headquarters|head office|main office|seat|hauptsitz|firmensitz|sitz|zentrale|hauptverwaltung)"
_OUR_SEAT = r"(?:headquarters|head office|firmensitz|firmenzentrale)"
_SITS = r"(?:is|are|sits?)(?: (?:now|currently|still))*"
_BASED = r"(?:based|located|headquartered|situated)"

RELATIONS: tuple[Rule, ...] = (
    taken_back(
        "employer",
        rf"\b(?:I|we) (?:no longer work|don['’]t work|do not work|am no longer working|stopped working)(?: any ?more)?"
        rf" (?:for|at) {COMPANY}",
    ),
    taken_back("employer", rf"\b(?:I|we)(?:['’]ve| have)? (?:left|quit|resigned from) {COMPANY}", implied=True),
    taken_back("employer", rf"\b(?:ich|wir) arbeiten?{_NOW} nicht (?:mehr |länger )?(?:bei|für) {COMPANY}"),
    taken_back("employer", rf"\b(?:ich|wir) (?:habe|haben) {COMPANY} verlassen", implied=True),
    said("employer", rf"\b(?:I|we) (?:used to work|once worked|worked|had worked)(?: for| at) {COMPANY}", past=True),
    said("employer", rf"\b(?:habe|haben|hatte) (?:ich|wir){_FEW} (?:bei|für) {COMPANY} gearbeitet", past=True),
    said("employer", rf"\b(?:ich habe|wir haben|ich hatte){_FEW} (?:bei|für) {COMPANY} gearbeitet", past=True),
    said(
        "employer",
        rf"\b(?:I|we){_NOW} (?:work|am working|['’]ve worked|have worked|['’]ve been working|have been working|"
        rf"am employed){_SINCE} (?:for|at|by) {COMPANY}",
    ),
    said("employer", rf"\b(?:I['’]m|I['’]ve been){_NOW} (?:working|employed){_SINCE} (?:for|at|by) {COMPANY}"),
    said(
        "employer",
        rf"\b(?:I|we)(?:['’]ve| have)?{_NOW} (?:joined|started at|started working (?:for|at)) {COMPANY}",
        0.8,
    ),
    said("employer", rf"{_MY} (?:new )?(?:employer|company|firm)(?:['’]s name)? is(?: called)?{_NOW} {COMPANY}"),
    said("employer", rf"{_MY} (?:neue[rs]? )?(?:arbeitgeber(?:in)?|firma|unternehmen) (?:ist|hei(?:ß|ss)t){_NOW} "
                     rf"{COMPANY}"),
    said("employer", rf"\b(?:ich|wir) arbeiten?{_FEW} (?:bei|für) {COMPANY}"),
    said("employer", rf"\bich [^.!?;]{{2,60}}? und arbeite{_FEW} (?:bei|für) {COMPANY}"),
    said("employer", rf"\bI [^.!?;]{{2,60}}? and (?:now )?work (?:for|at) {COMPANY}"),
    said("employer", rf"\barbeiten? (?:ich|wir){_FEW} (?:bei|für) {COMPANY}"),
    said("employer", rf"\b(?:ich bin|bin ich){_FEW} bei {COMPANY} (?:angestellt|beschäftigt|tätig)"),
    said("employer", rf"\bI(?:['’]ve| have|['’]m)?{_NOW} (?:took|have|got|found|accepted|started) {_JOB} {_AT} "
                     rf"{COMPANY}"),
    said("employer", rf"\bI(?:['’]m| am){_NOW} (?:an?|the) (?:{_NO_JOB}[\w-]+ ){{1,3}}?at {COMPANY}", 0.8),
    said("employer", rf"\bthe company (?:that |which )?(?:I|we) work (?:for|at) is(?: called)? {COMPANY}"),
    said("employer", rf"\b(?:bei|für) {COMPANY} arbeiten? (?:ich|wir)(?! nicht)\b"),
    said("employer", rf"\bmy (?:new )?job is (?:at|with) {COMPANY}"),
    said("employer", rf"\b(?:angestellt|beschäftigt|tätig) (?:bin ich|sind wir){_FEW} bei {COMPANY}"),
    said("employer", rf"\b(?:ich habe|habe ich){_FEW} bei {COMPANY} (?:angefangen|begonnen)"),
    said("employer", rf"\b(?:ich habe|habe ich){_FEW} {_JOB} bei {COMPANY}"),
    said("employer", rf"\bich bin(?: (?:jetzt|nun|inzwischen))? {_NO_JOB}(?-i:[A-ZÄÖÜ][\wäöüß-]+) bei {COMPANY}", 0.8),
    said("name", rf"\b{NAME} (?:is|ist) (?:my|meine?) {_PERSON}\b", of="person"),
    said("name", rf"\b{NAME}, (?:my|meine?) {_PERSON},? (?:lives|works|is|has|wohnt|lebt|arbeitet|ist|hat)\b",
         of="person"),
    said("name", rf"\b(?:I have|ich habe) (?:a|an|eine[nm]?) {_PERSON},? (?:called |named |namens )?{NAME}"
                 rf"(?=,? (?:in|who|der|die|and|und|lives|works|wohnt|lebt|arbeitet)\b)", of="person"),
    said("place", rf"\b(?:I have|ich habe) (?:a|an|eine[nm]?) {_PERSON}{_CALLED}?(?: who lives| die| der)? in {PLACE}"
                  rf"(?: (?:wohnt|lebt))?", of="person"),
    said("name", rf"{_MY} {_PERSON}(?:['’]s name is|,? who is called| is called| is named| is| hei(?:ß|ss)t| ist) "
                 rf"{NAME}{ENDS}", of="person"),
    said("name", rf"{_MY} {_PERSON},? (?:called |named |namens )?{NAME},? (?:lives|works|moved|has moved|wohnt|lebt|"
                 rf"arbeitet|ist)\b", of="person"),
    said("place", rf"{_MY} {_PERSON}{_CALLED}?{_NOW} (?:lives|has moved|moved){_NOW}{_SINCE} (?:in|to) {PLACE}",
         of="person"),
    said("place", rf"{_MY} {_PERSON}{_CALLED}? (?:wohnt|lebt){_FEW} in {PLACE}", of="person"),
    said("place", rf"{_MY} {_PERSON}{_CALLED}? ist{_FEW} nach {PLACE} (?:um)?gezogen", of="person"),
    said("employer", rf"{_MY} {_PERSON}{_CALLED}?{_NOW} (?:works|is working){_NOW}{_SINCE} (?:for|at) {COMPANY}",
         of="person"),
    said("employer", rf"{_MY} {_PERSON}{_CALLED}? arbeitet{_FEW} (?:bei|für) {COMPANY}", of="person"),
    said("employer", rf"{_MY} {_PERSON}{_CALLED}?{_NOW} (?:has|got|found) {_JOB} {_AT} {COMPANY}", of="person"),
    said("employer", rf"{_MY} {_PERSON}{_CALLED}? is{_NOW} employed (?:by|at) {COMPANY}", of="person"),
    said("employer", rf"{_MY} {_PERSON}{_CALLED}? (?:ist|hat){_FEW} bei {COMPANY} (?:angestellt|beschäftigt|tätig|"
                     rf"angefangen)", of="person"),
    said("employer", rf"{_MY} {_PERSON}{_CALLED}? hat{_FEW} {_JOB} bei {COMPANY}", of="person"),
    said("place", rf"{_MY} {_FIRM}(?:['’]s (?:headquarters|head office|office))? (?:{_SITS}(?: {_BASED})?|has moved|"
                  rf"moved){_NOW}{_SINCE} (?:in|to) {PLACE}", of="company"),
    said("place", rf"\bthe (?:{words_of('employer')}) (?:that |which |where )?I work(?: for| at)? {_SITS}"
                  rf"(?: {_BASED})? in {PLACE}", of="employer"),
    said("place", rf"{_MY} {_FIRM} (?:sitzt|ist|liegt|befindet sich|hat (?:ihren|seinen) sitz){_FEW} in {PLACE}",
         of="company"),
    said("place", rf"{_MY} {_FIRM} ist{_FEW} nach {PLACE} (?:um)?gezogen", of="company"),
    said("place", rf"\b(?:our|my company['’]s|unsere?|der|die) {_OUR_SEAT} (?:is|are|ist|liegt|befindet "
                  rf"sich|sitzt)(?: (?:now|jetzt|nun))?(?: in)? {PLACE}", of="employer"),
    said("place", rf"\b(?:the |der |die )?{_SEAT} (?:of|von) (?-i:(?P<subject>{_COMPANY_NAME})) (?:is|are|ist|liegt|"
                  rf"befindet sich)(?: in)? {PLACE}", of="company"),
    said("place", rf"\b(?-i:(?P<subject>{_COMPANY_NAME})) ist in {PLACE} ansässig", of="company"),
    said("place", rf"\b(?-i:(?P<subject>{_COMPANY_NAME}))(?:['’]s? (?:headquarters|head office))? {_SITS} {_BASED} in "
                  rf"{PLACE}", of="company"),
    said("place", rf"\b(?-i:(?P<subject>{_COMPANY_NAME})) has (?:its|their) (?:headquarters|head office) in {PLACE}",
         of="company"),
    said("place", rf"\b(?-i:(?P<subject>{_COMPANY_NAME})) (?:sitzt|hat (?:ihren|seinen) sitz){_FEW} in {PLACE}",
         of="company"),
    said("place", rf"\b(?-i:(?P<subject>{_COMPANY_NAME})) sits in {PLACE}", of="company"),
    said("place", rf"\b(?-i:(?P<subject>{_COMPANY_NAME})) ist in {PLACE} zu hause", of="company"),
    said("place", rf"\bwe have our (?:head ?)?(?:office|offices|headquarters) in {PLACE}", of="employer"),
    said("place", rf"\b(?:die firma|das unternehmen),? (?:für die|bei der|für das|bei dem) (?:ich|wir) arbeiten?,? "
                  rf"(?:ist|sitzt|liegt) in {PLACE}", of="employer"),
    said("place", rf"{_SOMEBODY}(?: now)? lives{_NOW} in {PLACE}", of="person"),
    said("place", rf"{_SOMEBODY} (?:wohnt|lebt){_FEW} in {PLACE}", of="person"),
    said("employer", rf"\b(?-i:(?P<subject>{_WORD})), my {words_of(*PEOPLE)}, works{_NOW}{_SINCE} (?:for|at) {COMPANY}",
         of="person"),
    said("employer", rf"{_SOMEBODY} works{_NOW}{_SINCE} at {COMPANY}", of="person"),
    said("employer", rf"{_SOMEBODY} arbeitet{_FEW} (?:bei|für) {COMPANY}", of="person"),
    said("employer", rf"\b(?:für|bei) {COMPANY} arbeitet {_MY[2:]} {_PERSON}\b", of="person"),
    said("plan", rf"{_MY} {_FIRM} (?:has|is on|uses)(?: now)? (?:the )?(?-i:(?P<value>{_WORD}(?: {_WORD})?)) "
                 rf"(?:plan|tariff|subscription)\b", of="company"),
    said("plan", rf"{_MY} {_FIRM} (?:hat|nutzt|verwendet)(?: jetzt| nun)? (?:den |einen )?tarif "
                 rf"(?-i:(?P<value>{_WORD}(?: {_WORD})?))", of="company"),
)  # fmt: skip
