"""EXIficient, the Java codec inside the PyPI package iso15118, by two doors.

`Codec.package` is the package's own way, from its message models. `Codec.iso2`, `.iso20` and `.signed_info` drive the same
Java classes with XML directly, because the models know only a part of the schemas, and because the package writes the
algorithms of ISO 15118-2 into every `SignedInfo` that it encodes on its own, whatever it is given.
"""

import pathlib
import re
import shutil
import tempfile

from iso15118.shared.exi_codec import EXI
from iso15118.shared.exificient_exi_codec import ExificientEXICodec
from iso15118.shared.settings import JAR_FILE_PATH, SettingKey, shared_settings


class Codec:
    def __init__(self):
        shared_settings.setdefault(SettingKey.MESSAGE_LOG_JSON, False)
        shared_settings.setdefault(SettingKey.MESSAGE_LOG_EXI, False)
        java = ExificientEXICodec()
        self.package = EXI()
        self.package.set_exi_codec(java)
        self.jvm = java.gateway.jvm
        with tempfile.TemporaryDirectory() as folder:
            iso2, iso20, signature = schemas(pathlib.Path(folder))
            self.iso2 = Generation("iso2", self, iso2)
            self.iso20 = Generation("iso20", self, iso20)
            self.signed_info = self.encoder(signature, fragment=True)

    def encoder(self, schema, fragment=False, string_tables=False):
        """A function from XML to EXI, with the options of ISO 15118."""
        exi = self.jvm.com.siemens.ct.exi
        factory = exi.core.helpers.DefaultEXIFactory.newInstance()
        factory.setGrammars(exi.grammars.GrammarFactory.newInstance().createGrammars(str(schema)))
        factory.setFragment(fragment)
        if not string_tables:
            factory.setValueMaxLength(0)
            factory.setValuePartitionCapacity(0)
        parsers = self.jvm.javax.xml.parsers.SAXParserFactory.newInstance()
        parsers.setNamespaceAware(True)

        def encode(xml):
            output = self.jvm.java.io.ByteArrayOutputStream()
            result = exi.main.api.sax.EXIResult(factory)
            result.setOutputStream(output)
            reader = parsers.newSAXParser().getXMLReader()
            reader.setContentHandler(result.getHandler())
            reader.parse(self.jvm.org.xml.sax.InputSource(self.jvm.java.io.StringReader(xml)))
            return bytes(output.toByteArray())

        return encode


class Generation:
    """The encoders of one generation of the standard."""

    def __init__(self, name, codec, schema):
        self.name = name
        self.document = codec.encoder(schema)
        self.document_with_string_tables = codec.encoder(schema, string_tables=True)
        self.fragment = codec.encoder(schema, fragment=True)


def schemas(folder):
    """Copies the schemas, because the XML Signature one names a document type that is fetched from the network."""
    shutil.copytree(pathlib.Path(JAR_FILE_PATH).parent / "schemas", folder, dirs_exist_ok=True)
    signature = folder / "xmldsig-core-schema.xsd"
    signature.write_text(re.sub(r"<!DOCTYPE.*?\]>", "", signature.read_text(), flags=re.DOTALL))
    iso20 = folder / "iso15118_20"
    shutil.copy(signature, iso20)  # where the -20 schemas look for it
    return folder / "iso15118_2" / "V2G_CI_MsgDef.xsd", iso20 / "V2G_CI_CommonMessages.xsd", signature
