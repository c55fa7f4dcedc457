"""Messages that we refuse as ones of ISO 15118-20, as refusals.py has them for ISO 15118-2."""

import random
import xml.etree.ElementTree as ET

from random_xml import DSIG, text
from random_xml20 import MSG, TYPE, Messages
from refusals import xml


def refused(codec):
    """Pairs of a reason and a message, by the encoders of -20."""

    def changed(kind, change):
        messages = Messages(random.Random(1))
        root = getattr(messages, kind)()
        if root[0].find(f"{DSIG}Signature") is None:
            messages.signature(root[0])
        change(root)
        return codec.document(xml(root))

    def value(kind, path, content):
        def change(root):
            root.find(f".//{path}").text = content

        return changed(kind, change)

    def again(kind, path, times):
        def change(root):
            parent = root.find(f".//{path}")
            parent.extend([parent[-1]] * (times - len(parent)))

        return changed(kind, change)

    def without(kind, path, child):
        def change(root):
            parent = root.find(f".//{path}")
            parent.remove(parent.find(child))

        return changed(kind, change)

    def key(name, length):
        def change(root):
            data = root.find(f".//{MSG}SignedInstallationData")
            data.remove(data[-1])
            text(data, MSG + name, octets(length))

        return changed("installation_res", change)

    def key_info(root):
        info = f'<d:KeyInfo xmlns:d="{DSIG[1:-1]}"><d:KeyName>k</d:KeyName></d:KeyInfo>'
        root.find(f".//{DSIG}Signature").append(ET.fromstring(info))

    def emaids(number, content):
        def change(root):
            for old in root.findall(MSG + "PrioritizedEMAIDs"):
                root.remove(old)
            new = ET.SubElement(root, MSG + "PrioritizedEMAIDs")
            for _ in range(number):
                text(new, MSG + "EMAID", content)

        return changed("installation_req", change)

    req, res = "installation_req", "installation_res"
    other = ET.Element(MSG + "SessionStopRes")
    header = ET.SubElement(other, TYPE + "Header")
    text(header, TYPE + "SessionID", "00" * 8)
    text(header, TYPE + "TimeStamp", "5")
    text(other, TYPE + "ResponseCode", "OK")
    data = Messages(random.Random(3)).installation_res().find(f"{MSG}SignedInstallationData")
    return [
        ("KeyInfo is not allowed", changed(req, key_info)),
        ("SessionID has length 7", value(req, TYPE + "SessionID", "00" * 7)),
        ("SessionID has length 9", value(res, TYPE + "SessionID", "00" * 9)),
        ("Certificate has length 1601", value(req, MSG + "Certificate", octets(1601))),
        ("Certificate has length 1601", value(res, MSG + "Certificate", octets(1601))),
        ("EMAID has length 256", emaids(1, "A" * 256)),
        ("deviates from the schema", emaids(9, "DE8AAA1B2C3D4E5")),
        ("deviates from the schema", again(req, MSG + "ListOfRootCertificateIDs", 21)),
        ("deviates from the schema", again(res, f"{MSG}ContractCertificateChain/{MSG}SubCertificates", 4)),
        ("deviates from the schema", without(res, MSG + "ContractCertificateChain", MSG + "SubCertificates")),
        ("DHPublicKey has length 65", value(res, MSG + "DHPublicKey", octets(65))),
        ("SECP521_EncryptedPrivateKey has length 93", key("SECP521_EncryptedPrivateKey", 93)),
        ("X448_EncryptedPrivateKey has length 85", key("X448_EncryptedPrivateKey", 85)),
        ("TPM_EncryptedPrivateKey has length 209", key("TPM_EncryptedPrivateKey", 209)),
        ("string table", codec.document_with_string_tables(xml(Messages(random.Random(2)).installation_req()))),
        ("the message is SessionStopRes", codec.document(xml(other))),
        ("the message is SignedInstallationData", codec.document(xml(data))),
    ]


def octets(length):
    return "AAAA" * (length // 3) + ["", "AA==", "AAA="][length % 3]
