"""People of the office: their binding, absences, substitutes, menus and way onto the board."""
