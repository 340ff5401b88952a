"""The web page that shows the simulated messenger and VK and lets a visitor act in them."""
