/** The only way to the document: names of elements and attributes are written in this source, and data becomes text. */

type Value = string | number | boolean | null | undefined | ((event: never) => void);
export type Attributes = Readonly<Record<string, Value>>;
export type Child = Node | string | number | null | undefined | false | readonly Child[];

export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  put(element, attributes, children);
  return element;
}

export function s<K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: readonly Child[]
): SVGElementTagNameMap[K] {
  const element = document.createElementNS('http://www.w3.org/2000/svg', tag);
  put(element, attributes, children);
  return element;
}

function put(element: Element, attributes: Attributes, children: readonly Child[]): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') element.addEventListener(name, value as EventListener);
    else if (value === true) element.setAttribute(name, '');
    else if (value !== null && value !== undefined && value !== false)
      element.setAttribute(name, String(value));
  }
  append(element, children);
}

function append(element: Element, children: readonly Child[]): void {
  for (const child of children) {
    if (Array.isArray(child)) append(element, child);
    else if (child instanceof Node) element.append(child);
    else if (child !== null && child !== undefined && child !== false) element.append(String(child));
  }
}

/** A sentence with its `code` marks as elements. */
export function sentence(text: string): Child[] {
  return text.split('`').map((part, index) => (index % 2 === 1 ? h('code', {}, part) : part));
}

/** A link out of the page, or plain text where the address is none that may be followed. */
export function link(url: string | null, ...children: readonly Child[]): HTMLElement {
  return url !== null && /^https?:\/\//.test(url)
    ? h('a', { href: url, rel: 'noreferrer' }, ...children)
    : h('span', {}, ...children);
}

/** An image-like mark that says nothing to a screen reader. */
export function mark(text: string, name: string): HTMLElement {
  return h('span', { class: name, 'aria-hidden': 'true' }, text);
}
