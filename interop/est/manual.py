"""The page docs/how-to/enrol.md beside a sandbox."""

import how_to


def checks(sandbox, folder):
    done = how_to.run("enrol.md", sandbox, folder)
    good = done.returncode == 0 and "station.pem: OK" in done.stdout and '"reason": "keyCompromise"' in done.stdout
    if not good:
        print(done.stdout, done.stderr)
    yield "docs/how-to/enrol.md does what it says", good
    yield "and the tree has CAs of every domain", all(word in done.stdout for word in ["cpoIssuing", "oemIssuing", "Ed448"])
