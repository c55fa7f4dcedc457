"""Holds /openapi.json of a sandbox against other people's validators, and the sandbox's answers against it.

The document itself goes through openapi-spec-validator; answers to real calls go through jsonschema with the schemas of the
document, of which none may have a member that is not described. The page at /docs is opened in Chromium where there is one.

Usage: python3 interop/openapi/check.py, after `cargo build -p opnc`.
Needs the PyPI packages openapi-spec-validator and jsonschema.
"""

import copy
import datetime
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "common"))

from jsonschema import Draft202012Validator  # noqa: E402
from openapi_spec_validator import OpenAPIV31SpecValidator  # noqa: E402
from report import report, skip  # noqa: E402
from sandbox import ISO2, OPENER, Sandbox  # noqa: E402

# Of the sandbox's eMSP whose contracts are made for it.
EMAID = "DEDDD000000099"
UNKNOWN = "00000000-0000-4000-8000-000000000000"
METHODS = ("get", "put", "post", "delete")
CHROMIUM = shutil.which("chromium")


class Document:
    """The description that a sandbox gives of itself."""

    def __init__(self, sandbox):
        self.base = sandbox.announced["baseUrl"]
        with OPENER.open(f"{self.base}/openapi.json", timeout=30) as answer:
            self.content = json.load(answer)
        self.closed = copy.deepcopy(self.content["components"])
        for schema in self.closed["schemas"].values():
            if "properties" in schema:
                schema["additionalProperties"] = False
        self.operations = {
            operation["operationId"]: (method, path, operation)
            for path, item in self.content["paths"].items()
            for method, operation in item.items()
            if method in METHODS
        }

    def resolve(self, value):
        while "$ref" in value:
            names, value = value["$ref"].split("/")[1:], self.content
            for name in names:
                value = value[name]
        return value

    def problems(self, schema, value):
        """What is wrong with a value, each member described."""
        validator = Draft202012Validator(
            {**schema, "components": self.closed}, format_checker=Draft202012Validator.FORMAT_CHECKER
        )
        return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(value)]

    def made(self, operation_id, token, body):
        """What a call that must succeed answers."""
        method, path, _ = self.operations[operation_id]
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
        data = json.dumps(body).encode()
        request = urllib.request.Request(f"{self.base}{path}", data, headers, method=method.upper())
        with OPENER.open(request, timeout=30) as answer:
            return json.loads(answer.read())

    def answer(self, operation_id, token, ids=(), body=None, query=""):
        """Status of a call, and what in the answer is not as described."""
        method, path, operation = self.operations[operation_id]
        path = path.format(**dict(ids))
        headers = {"Content-Type": "application/json"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        data = json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(f"{self.base}{path}{query}", data, headers, method=method.upper())
        try:
            answer = OPENER.open(request, timeout=30)
        except urllib.error.HTTPError as error:
            answer = error
        with answer:
            text = answer.read()
        described = operation["responses"].get(str(answer.status))
        if described is None:
            return answer.status, [f"{operation_id}: {answer.status} is not described"]
        described = self.resolve(described)
        if "content" not in described:
            return answer.status, ["a body where none is described"] if text else []
        if not text:
            # A deleted root has a body only while it waits.
            return answer.status, [] if operation_id == "deleteRootCertificateV1" else ["no body"]
        media = answer.headers["Content-Type"].split(";")[0]
        if media not in described["content"]:
            return answer.status, [f"{media} is not described"]
        if media != "application/json":
            return answer.status, []
        return answer.status, self.problems(described["content"][media]["schema"], json.loads(text))


def document_checks(document):
    problems = [error.message for error in OpenAPIV31SpecValidator(document.content).iter_errors()]
    yield f"openapi.json is OpenAPI 3.1 {problems}", not problems
    schemas = document.content["components"]["schemas"]
    for name, schema in schemas.items():
        Draft202012Validator.check_schema(schema)
    yield f"{len(schemas)} schemas are JSON Schema 2020-12", True


def answer_checks(document, sandbox):
    """Every GET as each party: what is there, what is not, and what is wrong."""
    tokens = {name: party.token for name, party in sandbox.parties.items()}
    root = sandbox.announced["roots"][0]
    cars = [car["pcid"] for car in sandbox.announced["vehicles"]]
    endpoint = {"url": "https://receiver.example", "enabledEvents": ["root.cert.added"]}
    webhook = document.made("postEndpointV1", next(token for name, token in tokens.items() if name.startswith("OEM")), endpoint)["id"]
    queries = {"getTrustBundle": "?purpose=contract&format=json"}
    seen = {}
    for operation_id, (method, path, operation) in document.operations.items():
        if method != "get" or not path.startswith("/opnc/"):
            continue
        for pcid in cars[:3] + ["WAA99999999999999", "x"]:
            for emaid in [EMAID, "DECCC999999999", "x"]:
                ids = {"pcid": pcid, "emaid": emaid, "rootCertificateId": UNKNOWN if pcid == "x" else root["fingerprint"]}
                ids["id"] = UNKNOWN if pcid == "x" else webhook
                for token in tokens.values():
                    status, problems = document.answer(operation_id, token, ids, query=queries.get(operation_id, ""))
                    seen.setdefault(operation_id, {}).setdefault(status, []).extend(problems)
                if "{emaid}" not in path:
                    break
            if "{" not in path:
                break
        nothing = {"pcid": "x", "emaid": "x", "rootCertificateId": "x", "id": "x"}
        status, problems = document.answer(operation_id, None, nothing)
        seen[operation_id].setdefault(status, []).extend(problems)
    for operation_id, answers in seen.items():
        problems = [problem for of_status in answers.values() for problem in of_status]
        # The keys of signed documents are for everybody.
        good = not problems and (401 in answers) == (operation_id != "getDocumentKeys") and 200 in answers
        yield f"answers of {operation_id} are as described: {sorted(answers)} {problems[:2]}", good


def moment(days):
    return (datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=days)).strftime("%Y-%m-%dT00:00:00Z")


def write_checks(document, sandbox):
    """A body without a required member is refused by the schema and by the sandbox."""
    schema = {"$ref": "#/components/schemas/GenerateAndSignContractDataReq"}
    pcid = sandbox.announced["vehicles"][0]["pcid"]
    body = {
        "contractBegins": moment(days=-1),
        "contractEnds": moment(days=300),
        "emaid": EMAID,
        "pcid": pcid,
        "xsdMsgDefNamespace": ISO2,
    }
    fits = not document.problems(schema, body)
    party = sandbox.parties["eMSP D"]
    status, problems = document.answer("generateAndSignContractDataV1", party.token, body=body)
    yield f"a whole request fits its schema and is accepted {problems}", fits and status == 201 and not problems
    status, problems = document.answer("generateAndSignContractDataV1", party.token, body={})
    yield f"an empty one is refused as described {problems}", status == 400 and not problems
    for name in body:
        without = {key: value for key, value in body.items() if key != name}
        status, problems = document.answer("generateAndSignContractDataV1", party.token, body=without)
        refused = status == 400 and document.problems(schema, without)
        yield f"without {name} it fits neither schema nor server {problems}", bool(refused) and not problems


def page_checks(document):
    if CHROMIUM is None:
        skip("interop/openapi: the page at /docs", "optional tool, not installed")
        return
    shown, complaints = page(f"{document.base}/docs")
    missing = [name for name in document.operations if f'id="{name}"' not in shown]
    yield f"/docs lists {len(document.operations)} operations, not {missing}", not missing
    count = f"{len(document.operations)} of {len(document.operations)} operations"
    yield f"and says so: {count}", count in shown
    yield f"the browser has nothing to complain of: {complaints}", not complaints
    opened, complaints = page(f"{document.base}/docs#getContractDataByEmaidV1")
    parts = ["xsdMsgDefNamespace", "Authorization: Bearer $TOKEN", "contractDataCollection", "DE8AA001234567"]
    missing = [part for part in parts if part not in opened.split('id="getContractDataByEmaidV1"')[1].split("<section")[0]]
    yield f"an address opens one operation, without {missing}", not missing and not complaints


def page(url):
    """The page after its program ran, and what the browser has said to it."""
    with tempfile.TemporaryDirectory() as profile:
        command = [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--no-proxy-server", "--disable-dev-shm-usage"]
        command += [f"--user-data-dir={profile}", "--enable-logging=stderr", "--virtual-time-budget=5000"]
        done = subprocess.run([*command, "--dump-dom", url], capture_output=True, encoding="utf-8", timeout=120)
    said = [line for line in done.stderr.splitlines() if "CONSOLE" in line or "Content Security Policy" in line]
    return done.stdout, said


def checks(folder):
    with Sandbox(folder) as sandbox:
        document = Document(sandbox)
        yield from document_checks(document)
        yield from write_checks(document, sandbox)
        yield from answer_checks(document, sandbox)
        yield from page_checks(document)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        report(checks(pathlib.Path(folder) / "sandbox"))
