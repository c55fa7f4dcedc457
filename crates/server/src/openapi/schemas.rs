//! Descriptions of bodies as JSON Schema 2020-12.

use opnc_messages::IsoVersion;
use opnc_messages::schema::{Kind, Member, Schema};
use serde_json::{Map, Value, json};

/// The schemas that a document has, by name.
#[derive(Default)]
pub(super) struct Schemas(Map<String, Value>);

impl Schemas {
    /// A reference to a description, which is noted with all that it refers to.
    pub(super) fn reference(&mut self, schema: &Schema) -> Value {
        if !self.0.contains_key(schema.name) {
            // Noted before its members: a schema is written once, however often it is met.
            self.0.insert(schema.name.to_owned(), Value::Null);
            let object = self.object(schema);
            self.0.insert(schema.name.to_owned(), object);
        }
        reference(schema.name)
    }

    /// Notes a schema that no body of the messages describes.
    pub(super) fn add(&mut self, name: &str, schema: Value) -> Value {
        self.0.insert(name.to_owned(), schema);
        reference(name)
    }

    /// What `components.schemas` holds.
    pub(super) fn finish(self) -> Value {
        Value::Object(self.0)
    }

    fn object(&mut self, schema: &Schema) -> Value {
        let mut properties = Map::new();
        for member in schema.members {
            let property = self.member(member);
            properties.insert(member.name.to_owned(), property);
        }
        let required: Vec<_> =
            schema.members.iter().filter(|member| member.required).map(|member| member.name).collect();
        let mut object = json!({"type": "object", "description": schema.about, "properties": properties});
        if !required.is_empty() {
            put(&mut object, "required", json!(required));
        }
        object
    }

    fn member(&mut self, member: &Member) -> Value {
        let mut property = self.kind(member.kind);
        if !member.about.is_empty() {
            put(&mut property, "description", json!(member.about));
        }
        if !member.aliases.is_empty() {
            put(&mut property, "x-also-read-as", json!(member.aliases));
        }
        property
    }

    /// The schema of a value.
    pub(super) fn kind(&mut self, kind: Kind) -> Value {
        let text = |example: &str| json!({"type": "string", "examples": [example]});
        match kind {
            Kind::Text => json!({"type": "string"}),
            Kind::Boolean => json!({"type": "boolean"}),
            Kind::Count => json!({"type": "integer", "minimum": 0}),
            Kind::Emaid => self.add(
                "Emaid",
                json!({
                    "type": "string",
                    "description": "A contract's identifier. Compared in upper case and without hyphens, with or without \
                        its check character, and returned as it was sent.",
                    "pattern": "^[A-Za-z]{2}-?[A-Za-z0-9]{3}-?[A-Za-z0-9]{9,28}-?[A-Za-z0-9]?$",
                    "examples": ["DE8AA001234567"],
                }),
            ),
            Kind::Pcid => self.add(
                "Pcid",
                json!({
                    "type": "string",
                    "description": "A car's identifier, of which the first three characters are the WMI. Compared in upper \
                        case.",
                    "pattern": "^[A-Za-z0-9]{17,18}$",
                    "examples": ["WAA00000000000001A"],
                }),
            ),
            Kind::Wmi => json!({"type": "string", "pattern": "^[A-Za-z0-9]{3}$", "examples": ["WAA"]}),
            Kind::ProviderId => json!({"type": "string", "examples": ["DE8AA"]}),
            Kind::Fingerprint => self.add(
                "Fingerprint",
                json!({
                    "type": "string",
                    "description": "The SHA-256 hash of a certificate, hexadecimal.",
                    "examples": ["311f28ff13da6d75f836ac10644b34273da99564c600a191fb3737d50562a4f1"],
                }),
            ),
            Kind::IsoVersion => self.add(
                "IsoVersion",
                json!({
                    "type": "string",
                    "description": "An edition of ISO 15118, by its namespace. The other namespaces that stand for \
                        ISO 15118-20 are read as well (B9).",
                    "enum": IsoVersion::ALL.map(IsoVersion::namespace),
                }),
            ),
            Kind::Certificate => self.add(
                "Certificate",
                json!({
                    "type": "string",
                    "description": "An X.509 certificate: base64 of DER. Base64 of PEM, and PEM, are read as well (B5).",
                    "contentEncoding": "base64",
                    "contentMediaType": "application/pkix-cert",
                }),
            ),
            Kind::KeyId => text("4b:45:ff:82:25:fc:10:96"),
            Kind::SerialNumber => text("0a1b2c3d4e5f"),
            Kind::Hex => json!({"type": "string", "pattern": "^([0-9A-Fa-f]{2})+$"}),
            Kind::Provider => text("DE8AA"),
            Kind::Uuid => json!({"type": "string", "format": "uuid"}),
            Kind::Date => json!({"type": "string", "format": "date-time", "examples": ["2027-01-31T00:00:00Z"]}),
            Kind::Base64 => json!({"type": "string", "contentEncoding": "base64"}),
            Kind::Exi => json!({"type": "string", "contentEncoding": "base64", "contentMediaType": "application/exi"}),
            Kind::Url => json!({"type": "string", "format": "uri", "examples": ["https://emsp.example/contracts"]}),
            Kind::OneOf(values) => json!({"type": "string", "enum": values}),
            Kind::Object(schema) => self.reference(schema),
            Kind::Values(kind) => json!({"type": "array", "items": self.kind(*kind)}),
            Kind::Objects(schema) => json!({"type": "array", "items": self.reference(schema)}),
        }
    }
}

fn reference(name: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{name}")})
}

fn put(object: &mut Value, name: &str, value: Value) {
    if let Value::Object(members) = object {
        members.insert(name.to_owned(), value);
    }
}
