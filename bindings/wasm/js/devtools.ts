import { browse } from "keyloft-browser";
import styles from "keyloft-styles";

import type { Database } from "./database/database.js";
import type { AsyncDatabase } from "./remote/client/async-database.js";

/** The name of the element that a database is shown in. */
const ELEMENT = "keyloft-devtools";

/**
 * Shows a database in an element of the page, for development: its tables, typed ones too, their rows, which can be edited, and
 * the changes to them as they are committed. The element needs a height. Returns a function that removes it.
 */
export function mountDevtools(element: Element, database: AsyncDatabase | Database): () => void {
  // The page's styles and the component's don't reach each other.
  const host = element.ownerDocument.createElement(ELEMENT);
  const root = host.attachShadow({ mode: "open" });
  const style = element.ownerDocument.createElement("style");
  style.textContent = styles;
  root.append(style);
  element.append(host);
  const end = browse(root, database);
  return () => {
    end();
    host.remove();
  };
}
