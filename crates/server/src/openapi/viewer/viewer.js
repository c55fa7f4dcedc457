// Shows openapi.json: services, operations, parameters, bodies, an example and a curl line for each. No library, nothing
// from elsewhere, and text only ever as text.
"use strict";

const METHODS = ["get", "put", "post", "delete"];
let api;

// An element with properties and children; strings become text.
function el(name, properties, ...children) {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
  return element;
}

function resolve(value) {
  while (value && value.$ref) {
    value = value.$ref.split("/").slice(1).reduce((inner, name) => inner[name], api);
  }
  return value || {};
}

function nameOf(schema) {
  return schema.$ref ? schema.$ref.split("/").pop() : "";
}

// What a value is, in a few words.
function kind(schema) {
  const inner = resolve(schema);
  if (inner.anyOf) return inner.anyOf.map(kind).join(" or ");
  if (inner.type === "array") return "list of " + kind(inner.items);
  const enumeration = inner.enum ? ": " + inner.enum.join(" | ") : "";
  const form = inner.const || inner.format || inner.contentMediaType || inner.contentEncoding || "";
  return (nameOf(schema) || inner.type || "any") + (form ? " (" + form + ")" : "") + enumeration;
}

// An example of what a schema describes; below a body that holds itself, nothing.
function example(schema, above = []) {
  const name = nameOf(schema);
  if (above.includes(name) && name) return {};
  const path = [...above, name];
  const inner = resolve(schema);
  if (inner.examples) return inner.examples[0];
  if (inner.const !== undefined) return inner.const;
  if (inner.default !== undefined) return inner.default;
  if (inner.enum) return inner.enum[0];
  if (inner.anyOf) return example(inner.anyOf[0], path);
  if (inner.type === "array") return [example(inner.items, path)];
  if (inner.type === "object") {
    const required = Object.entries(inner.properties || {}).filter(([key]) => (inner.required || []).includes(key));
    const shown = required.length ? required : Object.entries(inner.properties || {});
    return Object.fromEntries(shown.map(([key, value]) => [key, example(value, path)]));
  }
  if (inner.type === "integer") return inner.minimum || 0;
  if (inner.type === "boolean") return true;
  if (inner.format === "uuid") return "1c8c56cb-b71f-46a5-8788-5ddcedc88e2a";
  return inner.contentEncoding === "base64" ? "MIIB..." : "text";
}

// The members of an object, each with its own members behind a disclosure.
function members(schema, above = []) {
  const inner = resolve(schema);
  if (inner.type === "array") return members(inner.items, above);
  if (!inner.properties || above.includes(nameOf(schema))) return null;
  const path = nameOf(schema) ? [...above, nameOf(schema)] : above;
  const list = el("ul", { className: "members" });
  const required = (name) => (inner.required || []).includes(name);
  const entries = Object.entries(inner.properties).sort(([one], [other]) => required(other) - required(one));
  for (const [name, property] of entries) {
    const described = resolve(property);
    const also = property["x-also-read-as"];
    const item = el(
      "li", {},
      el("code", {}, name), " ", el("span", { className: "kind" }, kind(property)), " ",
      required(name) ? el("span", { className: "required" }, "required") : null,
      el("span", { className: "note" }, " ", property.description || described.description || "",
        also ? " Also read as " + also.join(", ") + "." : ""),
    );
    const below = members(property, path);
    if (below) item.append(el("details", {}, el("summary", {}, "members"), below));
    list.append(item);
  }
  return list;
}

function parametersTable(parameters) {
  const row = (parameter) => {
    const schema = resolve(parameter.schema);
    const about = [parameter.description, schema.pattern && "Pattern " + schema.pattern,
      schema.default !== undefined && "Default " + schema.default + "."].filter(Boolean).join(" ");
    return el("tr", {},
      el("th", { scope: "row" }, el("code", {}, parameter.name)),
      el("td", {}, parameter.in + (parameter.required ? ", required" : "")),
      el("td", {}, kind(parameter.schema)),
      el("td", {}, about));
  };
  const heads = ["Name", "Where", "What", "Meaning"].map((text) => el("th", { scope: "col" }, text));
  return el("table", {}, el("thead", {}, el("tr", {}, ...heads)), el("tbody", {}, ...parameters.map(row)));
}

function body(title, content) {
  const schema = Object.values(content)[0].schema;
  const inner = resolve(schema);
  const text = inner.properties ? JSON.stringify(example(schema), null, 2) : "";
  return [
    el("h3", {}, title),
    el("p", { className: "note" }, Object.keys(content).join(", ") + ". ", inner.description || ""),
    members(schema),
    text ? el("details", {}, el("summary", {}, "Example"), el("pre", { tabIndex: 0 }, text)) : null,
  ];
}

function quoted(text) {
  return "'" + text.replaceAll("'", "'\\''") + "'";
}

function curl(path, method, operation, parameters) {
  const needed = parameters.filter((parameter) => parameter.in === "path");
  const filled = needed.reduce(
    (text, parameter) => text.replace("{" + parameter.name + "}", encodeURIComponent(example(parameter.schema))), path);
  const lines = ["curl" + (method === "get" ? "" : " -X " + method.toUpperCase())];
  const security = operation.security === undefined ? api.security : operation.security;
  if (security.some((way) => way.token)) lines.push('-H "Authorization: Bearer $TOKEN"');
  else if (security.some((way) => way.basic)) lines.push('-u "$CLIENT_ID:$CLIENT_SECRET"');
  if (operation.requestBody) {
    const [type, described] = Object.entries(operation.requestBody.content)[0];
    lines.push("-H " + quoted("Content-Type: " + type));
    if (type === "application/json") lines.push("-d " + quoted(JSON.stringify(example(described.schema))));
    else if (type === "application/x-www-form-urlencoded") lines.push("-d " + quoted("grant_type=client_credentials"));
    else lines.push("--data-binary @request.pem");
  }
  lines.push(quoted(api.servers[0].url + filled));
  return lines.join(" \\\n  ");
}

function content(path, method, operation, shared) {
  const parameters = [...(shared || []), ...(operation.parameters || [])].map(resolve);
  const line = curl(path, method, operation, parameters);
  const status = el("span", { role: "status", className: "note" });
  const copy = el("button", { type: "button" }, "Copy");
  copy.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(line);
      status.textContent = " copied";
    } catch {
      status.textContent = " not allowed by the browser";
    }
  });
  const inside = el("div", {}, el("h3", {}, "curl"), el("pre", { tabIndex: 0 }, line), copy, status);
  if (parameters.length) inside.append(el("h3", {}, "Parameters"), parametersTable(parameters));
  const add = (parts) => inside.append(...parts.filter(Boolean));
  if (operation.requestBody) add(body("Request", operation.requestBody.content));
  const refusals = el("ul", {});
  for (const [code, reference] of Object.entries(operation.responses)) {
    const answer = resolve(reference);
    if (code < "300" && answer.content) add(body("Answer " + code, answer.content));
    else if (code < "300") add([el("h3", {}, "Answer " + code), el("p", { className: "note" }, "An empty body.")]);
    else refusals.append(el("li", {}, el("code", {}, code), " " + answer.description));
  }
  if (refusals.childElementCount) inside.append(el("h3", {}, "Refusals"), refusals);
  return inside;
}

// Everything a reader may look for: names, parameters and the members of bodies.
function words(path, method, operation, shared) {
  const found = [path, method, operation.operationId, operation.summary];
  const seen = new Set();
  const walk = (value) => {
    if (!value || typeof value !== "object" || seen.has(value)) return;
    seen.add(value);
    if (value.$ref) return walk(resolve(value));
    if (typeof value.name === "string") found.push(value.name);
    if (value.properties && value.type) found.push(...Object.keys(value.properties));
    Object.values(value).forEach(walk);
  };
  walk([shared, operation.parameters, operation.requestBody, operation.responses["200"], operation.responses["201"]]);
  return found.join(" ").toLowerCase();
}

function operationOf(path, method, operation, shared) {
  const details = el("details", { className: "operation", id: operation.operationId },
    el("summary", {},
      el("span", { className: "method " + method }, method.toUpperCase()),
      el("code", { className: "path" }, path),
      el("span", {}, operation.summary)));
  details.dataset.words = words(path, method, operation, shared);
  details.addEventListener("toggle", () => {
    if (details.open && details.childElementCount === 1) details.append(content(path, method, operation, shared));
  });
  return details;
}

function filter(text) {
  const wanted = text.toLowerCase().split(/\s+/).filter(Boolean);
  const all = [...document.querySelectorAll("details.operation")];
  for (const one of all) one.hidden = !wanted.every((word) => one.dataset.words.includes(word));
  for (const section of document.querySelectorAll("main section")) {
    section.hidden = !section.querySelector("details.operation:not([hidden])");
  }
  const shown = all.filter((one) => !one.hidden).length;
  document.getElementById("count").textContent = shown + " of " + all.length + " operations";
}

// Opens the operation that the address names.
function follow() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (target && target.matches("details.operation")) {
    target.hidden = false;
    target.open = true;
    target.scrollIntoView();
  }
}

function show() {
  document.getElementById("title").textContent = api.info.title + " " + api.info.version;
  document.getElementById("about").prepend(api.info.summary + " ", api.info.description + " ");
  const main = document.getElementById("operations");
  for (const tag of api.tags) {
    const section = el("section", { id: "service-" + tag.name }, el("h2", {}, tag.name + ": " + tag.description));
    for (const [path, item] of Object.entries(api.paths)) {
      for (const method of METHODS.filter((name) => item[name] && item[name].tags.includes(tag.name))) {
        section.append(operationOf(path, method, item[method], item.parameters));
      }
    }
    main.append(section);
    document.getElementById("services").append(el("a", { href: "#service-" + tag.name }, tag.name));
  }
  const input = document.getElementById("filter");
  input.addEventListener("input", () => filter(input.value));
  filter(input.value);
  addEventListener("hashchange", follow);
  follow();
}

async function start() {
  const main = document.getElementById("operations");
  try {
    const answer = await fetch("openapi.json");
    if (!answer.ok) throw new Error("openapi.json: " + answer.status);
    api = await answer.json();
    show();
  } catch (error) {
    main.append(el("p", { role: "alert" }, "The description cannot be shown: " + error.message));
  }
  main.removeAttribute("aria-busy");
}

start();
