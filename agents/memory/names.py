"""First words that look like a name, or a place, after "I am", "my name is" or "I live in", and are none. Only data."""

NO_NAMES = frozenset(
    """
    i the a an not just here sorry happy sure on in at still so very too also back ready new glad fine ok okay done
    based from currently unable able afraid wrong spelled misspelled missing incorrect correct different already
    written listed german english american french british spanish italian dutch polish turkish swiss austrian
    indian chinese interested annoyed confused disappointed worried frustrated stuck lost late pregnant vegan
    vegetarian diabetic monday tuesday wednesday thursday friday saturday sunday today tomorrow again later back
    when if about urgent kunde kundin neukunde neukundin stammkunde student studentin lehrer lehrerin arzt ärztin
    rentner rentnerin mitglied abonnent abonnentin nutzer nutzerin entwickler entwicklerin händler händlerin mieter
    mieterin besitzer besitzerin mutter vater anfänger anfängerin vegetarier vegetarierin veganer veganerin
    deutscher deutsche österreicher schweizer verkäufer verkäuferin käufer käuferin admin administrator
    administratorin geschäftsführer geschäftsführerin der die das ein eine nicht nur hier neu falsch richtig noch
    wieder zufrieden you're you’re you it's it’s that's that’s there's there’s here's what's he she they we
    sie er wir es
    """.split()
)
NO_PLACES = frozenset(
    "a an the my our your fear peace constant hope rural another this that different one two der die das einer einem "
    "meiner meinem january february march april may june july august september october november december".split()
)
