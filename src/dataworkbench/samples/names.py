"""Made-up names: schools, people, languages."""

from __future__ import annotations

from typing import Final


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


TREES: Final = _words(
    "Alder Birch Cedar Dogwood Elm Fir Ginkgo Hazel Ironwood Juniper Katsura Larch Maple Nutmeg Oak Pine "
    "Quince Redbud Spruce Tamarack Willow Yew Aspen Beech Chestnut Cypress Hawthorn Hemlock Hickory Holly "
    "Laurel Linden Locust Magnolia Mulberry Poplar Rowan Sequoia Sycamore Walnut"
)
PLACES: Final = _words(
    "Hill Creek Ridge Grove Valley Lake Meadow Point Bridge Crossing Park Field Hollow Springs Bend "
    "Harbor Mill Orchard Prairie Bluff Canyon Glen Heights Island Landing Mesa Pass Summit Terrace View"
)
GIVEN: Final = _words(
    "Aaliyah Abel Ada Adrian Aisha Alma Amara Amir Ana Andre Anh Ari Asha Aurora Beau Bela Benicio Bianca "
    "Bo Brianna Caleb Camila Carmen Cesar Chidi Clara Cora Cyrus Dalia Damian Darius Delia Diego Dina "
    "Elena Eli Elif Emeka Esme Esperanza Ezra Farah Felix Fiona Gabriel Gia Grace Hana Hassan Hector Hugo "
    "Ida Imani Ines Iris Isaac Ivy Jada Jamal Jasper Joaquin Jonah Josie Juno Kai Kamal Keisha Kenji "
    "Khalil Kofi Lara Leila Leo Lena Linh Luca Lucia Luz Mabel Malik Marcus Mateo Maya Mei Mila Minh "
    "Naomi Nia Noah Nora Omar Opal Oscar Paloma Paz Petra Priya Quinn Rafael Rania Ravi Rosa Ruby Salma "
    "Sana Santiago Silas Sofia Soren Tala Tariq Tess Theo Tobias Uma Valeria Vera Viktor Wren Xiomara "
    "Yara Yusuf Zara Zeke Zora"
)
FAMILY: Final = _words(
    "Abara Acosta Adeyemi Aguilar Ahmadi Alvarado Amsel Anders Arroyo Asante Baptiste Barros Bautista "
    "Becker Bellweather Bhatt Blackwood Bonilla Brandt Brennan Cabrera Calloway Campos Castellan "
    "Chaudhary Cheng Coleridge Contreras Dao Delacroix Demir Desai Diallo Dominguez Drummond Duarte "
    "Ebersole Echeverria Eklund Escobar Fairweather Farouk Ferreira Figueroa Fontaine Gallagher Garza "
    "Ghosh Greenleaf Guerrero Haddad Halvorsen Harrow Herrera Holloway Hoang Ibarra Ikeda Ishikawa "
    "Jaramillo Jennings Jimenez Kamara Kapoor Kaya Keller Kowalski Lachance Lam Larkin Ledesma Lindqvist "
    "Lozano Luong Madrigal Maldonado Marchetti Marsh Mbeki Medrano Mensah Mirza Montoya Moreau Nakamura "
    "Navarro Ngata Nguyen Nordstrom Novak Obi Ochoa Oduya Okafor Okonkwo Olsen Ortega Osei Pacheco "
    "Padilla Park Patel Peralta Petrov Pham Pickering Quintero Rahman Ramirez Rasmussen Redfern Reyes "
    "Rosales Rousseau Sahin Salazar Sandoval Sato Serrano Shah Silva Sorensen Stonebridge Suarez Tanaka "
    "Tavares Thorne Tran Trujillo Uddin Umarov Underhill Valdez Vasquez Villanueva Vo Wainwright Walsh "
    "Weatherby Whitlock Winterbourne Wojcik Xiong Yamada Yang Yilmaz Zamora Zapata Zeller Zhou Zuniga"
)
LANGUAGES: Final = ("Spanish", "Vietnamese", "Arabic", "Chinese", "Somali", "Portuguese")
LANGUAGE_SHARES: Final = (0.62, 0.12, 0.09, 0.08, 0.05, 0.04)


def school_names(count: int) -> list[str]:
    """Return that many different names for schools: trees first, then trees with a place."""
    names = list(TREES)
    turn = 0
    while len(names) < count:
        place = PLACES[turn % len(PLACES)]
        suffix = "" if turn < len(PLACES) else f" {turn // len(PLACES) + 1}"
        names.extend(f"{tree} {place}{suffix}" for tree in TREES)
        turn += 1
    return names[:count]
