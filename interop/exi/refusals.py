"""Messages of ISO 15118-2 that we refuse, made by EXIficient from XML that leaves the schema or our part of it.

Each comes with a part of the reason that we give, so EXIficient shows that each event code has the meaning that we give it.
"""

import random
import xml.etree.ElementTree as ET

from random_xml import BODY, DSIG, HEAD, Messages, text


def refused(codec):
    """Pairs of a reason and a message, by the encoders of -2."""

    def message(kind, change):
        messages = Messages(random.Random(1))
        root = ET.fromstring('<m:V2G_Message xmlns:m="urn:iso:15118:2:2013:MsgDef"><m:Header/><m:Body/></m:V2G_Message>')
        text(root[0], HEAD + "SessionID", "00")
        messages.signature(root[0])
        getattr(messages, kind)(root[1])
        change(root)
        return codec.document(xml(root))

    def inside(name, content):
        def change(root):
            root.find(f".//{DSIG}{name}").append(ET.fromstring(content))

        return message("installation_req", change)

    def words(name):
        def change(root):
            root.find(f".//{DSIG}{name}").text = "words"

        return message("installation_req", change)

    def longer(kind, path, value):
        def change(root):
            root.find(f".//{path}").text = value

        return message(kind, change)

    def again(kind, path, times):
        def change(root):
            parent = root.find(f".//{path}")
            parent.extend([parent[-1]] * (times - len(parent)))

        return message(kind, change)

    def with_transforms(root):
        method = root.find(f".//{DSIG}Reference")
        for element in list(method):
            if element.tag == DSIG + "Transforms":
                method.remove(element)
        transforms = ET.Element(DSIG + "Transforms")
        transform = ET.SubElement(transforms, DSIG + "Transform", {"Algorithm": "urn:x"})
        text(transform, DSIG + "XPath", "/")
        method.insert(0, transforms)

    key_info = f'<d:KeyInfo xmlns:d="{DSIG[1:-1]}"><d:KeyName>k</d:KeyName></d:KeyInfo>'
    anything = '<a:any xmlns:a="urn:a"/>'
    octets = lambda length: "AAAA" * (length // 3) + ["", "AA==", "AAA="][length % 3]
    tables = Messages(random.Random(2)).message()
    other = '<m:V2G_Message xmlns:m="urn:iso:15118:2:2013:MsgDef" xmlns:h="urn:iso:15118:2:2013:MsgHeader" '
    other += 'xmlns:b="urn:iso:15118:2:2013:MsgBody"><m:Header><h:SessionID>00</h:SessionID></m:Header>'
    return [
        ("KeyInfo is not allowed", inside("Signature", key_info)),
        ("Object is not allowed", inside("Signature", f'<d:Object xmlns:d="{DSIG[1:-1]}"/>')),
        ("HMACOutputLength in SignatureMethod is", inside("SignatureMethod", f'<d:HMACOutputLength xmlns:d="{DSIG[1:-1]}">8</d:HMACOutputLength>')),
        ("an element in SignatureMethod is", inside("SignatureMethod", anything)),
        ("text in SignatureMethod is", words("SignatureMethod")),
        ("an element in CanonicalizationMethod is", inside("CanonicalizationMethod", anything)),
        ("text in CanonicalizationMethod is", words("CanonicalizationMethod")),
        ("an element in DigestMethod is", inside("DigestMethod", anything)),
        ("text in DigestMethod is", words("DigestMethod")),
        ("XPath in Transform is", message("installation_req", with_transforms)),
        ("Certificate has length 801", longer("installation_req", BODY + "OEMProvisioningCert", octets(801))),
        ("ContractSignatureEncryptedPrivateKey has length 49", longer("installation_res", BODY + "ContractSignatureEncryptedPrivateKey", octets(49))),
        ("DHpublickey has length 66", longer("installation_res", BODY + "DHpublickey", octets(66))),
        ("eMAID has length 13", longer("update_req", BODY + "eMAID", "DE8AAA1B2C3D4")),
        ("SessionID has length 9", longer("installation_req", HEAD + "SessionID", "00" * 9)),
        ("more than 4 Reference", again("installation_req", DSIG + "SignedInfo", 8)),
        ("deviates from the schema", again("installation_req", BODY + "ListOfRootCertificateIDs", 21)),
        ("string table", codec.document_with_string_tables(xml(tables))),
        ("empty body", codec.document(other + "<m:Body/></m:V2G_Message>")),
        ("the message is SessionStopReq", codec.document(other + "<m:Body><b:SessionStopReq><b:ChargingSession>Terminate</b:ChargingSession></b:SessionStopReq></m:Body></m:V2G_Message>")),
        ("the message is AuthorizationReq", codec.document(other + "<m:Body><b:AuthorizationReq/></m:Body></m:V2G_Message>")),
    ]


def xml(element):
    return ET.tostring(element, encoding="unicode")
