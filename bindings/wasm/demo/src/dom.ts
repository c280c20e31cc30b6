// Elements with values. Text is always set as text, never as HTML.

type Child = Node | string | number | null | undefined | false;

/** The properties and attributes of an element. Those that are `undefined` are left out. */
export interface Props {
  class?: string;
  id?: string;
  title?: string;
  on?: { readonly [E in keyof HTMLElementEventMap]?: (event: HTMLElementEventMap[E]) => void };
  data?: { readonly [name: string]: string | undefined };
  attrs?: { readonly [name: string]: string | number | boolean | undefined };
}

/** Returns an element with its children. */
export function h<T extends keyof HTMLElementTagNameMap>(tag: T, props: Props = {}, ...children: Child[]): HTMLElementTagNameMap[T] {
  const element = document.createElement(tag);
  if (props.class !== undefined) element.className = props.class;
  if (props.id !== undefined) element.id = props.id;
  if (props.title !== undefined) element.title = props.title;
  for (const [name, value] of Object.entries(props.data ?? {})) if (value !== undefined) element.dataset[name] = value;
  for (const [name, value] of Object.entries(props.attrs ?? {})) {
    if (value === undefined || value === false) continue;
    element.setAttribute(name, value === true ? "" : String(value));
  }
  for (const [type, listener] of Object.entries(props.on ?? {})) element.addEventListener(type, listener as EventListener);
  fill(element, ...children);
  return element;
}

/** Replaces the children of an element. */
export function fill(element: Element, ...children: Child[]): void {
  element.replaceChildren(...children.filter((child) => child !== null && child !== undefined && child !== false).map((child) => (typeof child === "number" ? String(child) : child)));
}

const PATHS = {
  mark: "M4.5 3.5v9M4.5 9l2.3-2.3M12 3.5L6.8 8l5.2 4.5",
  table: "M2.5 3.5h11v9h-11zM2.5 6.5h11M6.5 6.5v6",
  person: "M8 7.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5zM3 13.5c.6-2.6 2.5-4 5-4s4.4 1.4 5 4",
  stream: "M2 5.5c2-2 4-2 6 0s4 2 6 0M2 10.5c2-2 4-2 6 0s4 2 6 0",
  gear: "M8 2.5l4.8 2.75v5.5L8 13.5l-4.8-2.75v-5.5zM8 10a2 2 0 1 0 0-4 2 2 0 0 0 0 4z",
  stack: "M8 2.5l5.5 2.75L8 8 2.5 5.25zM2.5 8L8 10.75 13.5 8M2.5 10.75L8 13.5l5.5-2.75",
  bytes: "M2.5 2.5h11v11h-11zM5.5 5.5v5M8.5 5.5h2v5h-2z",
  down: "M8 2.5v8M4.5 7.5L8 11l3.5-3.5M3 13.5h10",
  up: "M8 11V3M4.5 6L8 2.5 11.5 6M3 13.5h10",
  bin: "M3 4.5h10M6 4.5v-2h4v2M4.5 4.5l.5 9h6l.5-9M6.7 7v4M9.3 7v4",
  menu: "M2.5 4.5h11M2.5 8h11M2.5 11.5h11",
  first: "M11 3.5L6.5 8l4.5 4.5M4.5 3.5v9",
  previous: "M10 3.5L5.5 8l4.5 4.5",
  next: "M6 3.5L10.5 8 6 12.5",
  last: "M5 3.5L9.5 8 5 12.5M11.5 3.5v9",
  close: "M4 4l8 8M12 4l-8 8",
  rising: "M5 13V3M2.5 5.5L5 3l2.5 2.5M9.5 4.5h1.5M9.5 8h3M9.5 11.5h4.5",
  falling: "M5 3v10M2.5 10.5L5 13l2.5-2.5M9.5 4.5H14M9.5 8h3M9.5 11.5H11",
  plus: "M8 3v10M3 8h10",
  squeeze: "M8 1.5v4M6 4l2 2 2-2M8 14.5v-4M6 12l2-2 2 2M2.5 8h11",
} as const;

/** The name of an icon. */
export type Icon = keyof typeof PATHS;

/** Returns an icon in the colour of the text around it. */
export function icon(name: Icon): SVGSVGElement {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}

/** Returns a button with an icon, a text or both. `name` is its accessible name. */
export function button(name: string, act: () => void, look: { icon?: Icon; text?: string; class?: string; key?: string } = {}): HTMLButtonElement {
  const hint = look.key === undefined ? name : `${name} (${look.key})`;
  return h(
    "button",
    { class: `button ${look.class ?? ""}`, title: hint, attrs: { type: "button", "aria-label": look.text === undefined ? name : undefined }, on: { click: act } },
    look.icon !== undefined && icon(look.icon),
    look.text,
  );
}

/** Returns the focused element of the page or the component that `element` is in. */
export function focusedBeside(element: Element): Element | null {
  return (element.getRootNode() as Partial<DocumentOrShadowRoot>).activeElement ?? null;
}

/** Formats a number as `34,006`. */
export function grouped(count: number | bigint): string {
  return count.toLocaleString("en-US");
}

/** Formats a size as `5.2 MB`. */
export function size(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 1_000_000) return `${(bytes / 1000).toFixed(1)} kB`;
  return `${(bytes / 1_000_000).toFixed(bytes < 100_000_000 ? 1 : 0)} MB`;
}
