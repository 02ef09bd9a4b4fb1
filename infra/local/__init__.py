"""The five real servers on one machine without Docker: `python -m infra.local install|start|stop|status|kill`.

For developing, testing and trying out. It uses the standard library only, knows nothing of the product (that reads the
addresses from the file `env`), and never touches a server that it did not start.
"""
