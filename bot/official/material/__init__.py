"""Material (texts and pictures that departments send in) for publication on official pages."""
