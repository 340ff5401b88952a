"""The people of the office: their bindings (accounts), absences, substitutes, menus of commands, and links into the web
board."""
