"""Names that are words of English or Spanish too, or that stand everywhere: alone they say nothing about a student."""

from __future__ import annotations

from typing import Final

COMMON_WORDS: Final = frozenset(
    """
    abbey able ace acre action ada adams alder alto amber angel april arch archer ash aspen august austin autumn bach baker ball banks bar
    barber barn baron bass bay beach bean bear beard beck bell bench berg berry best bird bishop black blue bloom blossom boat bond book boss
    bower bowl bowman boy branch bravo bread brick bridge bridges bright brook brooks broom brown buck bull burn bush butcher butler camp cane
    cannon canon car card carpenter carter case cash castle cedar chance chandler charity chase chin christian church city clark clay clear
    cliff cloud coal cole college collier colon constant cook cooper coral corn costa court cox craft crane creek cross crow cruz cup dale
    dawn day days deal dean deer del delta den diamond do dolores dove down drew drum duke early earl east easter easy eden elder ember
    english ever everest faith fair falcon fall farmer faye fern field fields finch fine fink fish fisher flint flood flores flower flowers
    foot ford forest foster fountain fox frame france frank free freeman french frost fuller gage gale gamble garden gates gay gem german
    gift glass glen glory gold golden good goode grace grain grand grant gray green grey grove guard guest gun hall hand hardy harmony harper
    hart harvest haven hawk hawkins hay hazel head heard heart heath heather hedge held high hill hills holiday holly honor hood hook hope
    hopper horn house hunt hunter ice iris ivory ivy jack jade jasmine jewel john jordan joy judge juan june junior just justice keen key
    keys kind king kings knight lake lamb land lane large lark last law lawn lead leaf lee lent leon levy light lily line lion little lock
    long lord love low luna luz main major maker male man maple march marina marine mark marks marsh martin mason may mayor meadow melody
    mercy merry mile miles mill miller mills mine mist moon moore moral morales more moss mount mountain music myrtle nail new newman night
    nix noble noon north nova nun nurse oak ocean olive opal page paige pale palm park parker parks pass patience paz peace peak pearl pepper
    percent perry phoenix piece pike pine pitt plant plum poe point pollock pond pool poole pope porter post potter potts power powers prairie
    pray price pride prince promise quick quill rain rainey ray raven read reed reef rich ridge ring rio ripple rise river rivers roberts robin
    rock rod roman rome rose rosa rosario round rowan rowe royal ruby rush rusk rust ruth sage sailor saint sales salt sand sands santa savage
    school sea self serenity serrano seven shade shadow sharp shaw shell shepherd shore short silver simple singer singh sir sky small smart
    smith smooth snow son south spear speaker spring sprout stack star starr steel steele stern stone storm story street strong student
    summer sun sunday sunny swan sweet table tanner taylor teacher temple terrace tell test thorn tide tiger time tower towns trace tree
    trinity true tucker turner vale valley van violet vista von wade walker wall walls ward warden water waters way weaver webb week weeks
    weir well wells west wheat wheeler white wild wilder will willow wind winter winters wise wolf wood woods word words work worth wren
    wright yard year york young youngblood zion
    alba amparo aurora blanca bueno cabello calle campo campos casa castillo cielo clara consuelo cuenta delgado dia esperanza estrella
    feliz flor franco fuente fuentes gloria grado guerra hombre iglesia leal libertad llanos luna mar mayo mejor mercado mesa milagros
    montes nieves norte nuevo ojeda olmo orden oro palma pardo paso pastor paz perla piedra plata prado puente puertas ramos real reina
    reyes rey rico rojas rojo rubio salas salud santos serra sierra sol soledad soto sur tierra toledo torres valle vega ventura verde vida
    arial avenir cambria candara georgia helvetica palatino verdana
    """.split()  # noqa: SIM905 - words are read as a text
)
"""Written down by hand from names that stand in any dictionary, and from the names of typefaces."""
