/**
 * A small strict reader of XML for tests: elements, attributes, text, the five entities of XML itself.
 * Throws on everything else (comments, CDATA, document types other than a first line, wrong nesting), so
 * that what passes is well-formed.
 */
export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: Element[];
  text: string;
}

const TOKEN =
  /<\?xml[^?]*\?>|<!DOCTYPE plist PUBLIC "[^"]*" "[^"]*">|<(\/?)([A-Za-z][\w.-]*)((?:\s+[\w:.-]+="[^"<]*")*)\s*(\/?)>|([^<]+)/y;
const ENTITY: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
};

export function readXml(source: string): Element {
  const root: Element = { name: "", attributes: {}, children: [], text: "" };
  const open = [root];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < source.length) {
    const at = TOKEN.lastIndex;
    const match = TOKEN.exec(source);
    if (!match) throw new Error(`not well-formed at ${at}: ${source.slice(at, at + 60)}`);
    const [, closing, name, attributes = "", selfClosing, text] = match;
    const top = open.at(-1) ?? root;
    if (text !== undefined) top.text += unescape(text);
    if (name === undefined) continue;
    if (closing) {
      if (open.pop()?.name !== name) throw new Error(`</${name}> closes something else`);
      continue;
    }
    const element: Element = {
      name,
      attributes: readAttributes(attributes),
      children: [],
      text: "",
    };
    top.children.push(element);
    if (!selfClosing) open.push(element);
  }
  const [first, ...more] = root.children;
  if (open.length !== 1 || !first || more.length > 0 || root.text.trim() !== "")
    throw new Error("not one closed root element");
  return first;
}

function readAttributes(source: string): Record<string, string> {
  const pairs = [...source.matchAll(/([\w:.-]+)="([^"]*)"/g)];
  return Object.fromEntries(pairs.map(([, name = "", value = ""]) => [name, unescape(value)]));
}

const unescape = (text: string) =>
  text.replace(/&([^;\s]*);?/g, (whole, name: string) => {
    const sign = ENTITY[name];
    if (sign === undefined) throw new Error(`unknown entity ${whole}`);
    return sign;
  });

export const childrenOf = (element: Element, name: string): Element[] =>
  element.children.filter((child) => child.name === name);

/** Text of the one child of that name. */
export function textOf(element: Element, name: string): string {
  const [child, ...more] = childrenOf(element, name);
  if (!child || more.length > 0) throw new Error(`${element.name} has not one ${name}`);
  return child.text;
}

/** Leaves as {name: text}, in order. */
export const leavesOf = (element: Element): Record<string, string> =>
  Object.fromEntries(element.children.map(({ name, text }) => [name, text]));

/** Apple's property list as plain values. */
export function readPlist(source: string): unknown {
  const [root, ...more] = readXml(source).children;
  if (!root || more.length > 0) throw new Error("not one value");
  return plistValue(root);
}

function plistValue({ name, text, children }: Element): unknown {
  if (name === "string") return text;
  if (name === "integer" && /^\d+$/.test(text)) return Number(text);
  if (name === "true" || name === "false") return name === "true";
  if (name === "array") return children.map(plistValue);
  if (name !== "dict") throw new Error(`no ${name} in a property list`);
  const entries = [];
  for (let i = 0; i < children.length; i += 2) {
    const [key, value] = [children[i], children[i + 1]];
    if (key?.name !== "key" || !value) throw new Error("a dict is keys and values");
    entries.push([key.text, plistValue(value)]);
  }
  return Object.fromEntries(entries);
}
