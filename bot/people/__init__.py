"""The people of the office: their bindings, absences, substitutes, menus, and their way into the board."""
