"""How often identity is right: names, titles and people, against answers made by hand or known."""
