"""The shared face of a node: layout, components, languages, security headers, error pages.

`install.install_web` joins everything here to a Flask app; the pages themselves belong to their
features (`catalogue/pages.py`, `exchange/pages.py`) and extend ``web/base.html``.
"""
