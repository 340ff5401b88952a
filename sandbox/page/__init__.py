"""The page that shows both worlds of the sandbox and lets a visitor act in them."""
