// What a user sees and does, as functions in the page.

/** Puts them into the page, as `globalThis.hands`. It is called there, and sees nothing of this file. */
export function install() {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const text = (element) => element?.textContent ?? undefined;
  const line = (id) => all("tbody tr").find((row) => row.dataset.id === id);
  const cell = (id, column) => all("td", line(id)).find((cell) => cell.dataset.column === column);
  const says = (selector, code, part) =>
    all(`${selector} .problem`).some((problem) => (problem.dataset.code ?? null) === code && text(problem).includes(part));
  const fire = (target, key) => target.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
  const choose = (name, root = document) => {
    const found = all("button", root).find(
      (button) => !button.disabled && [text(button), button.getAttribute("aria-label")].includes(name) && button.checkVisibility({ visibilityProperty: true }),
    );
    found?.click();
    return found !== undefined;
  };

  globalThis.hands = {
    has: (part) => document.body.textContent.includes(part),
    idle: () => document.querySelector("body.busy, .content[aria-busy]") === null,
    ids: () => all("tbody tr:not(.gone)").map((row) => row.dataset.id),
    position: () => text(document.querySelector(".position")),
    tables: () => all(".sidebar a").map((link) => [text(link.querySelector("span")), text(link.querySelector("data"))]),
    cell: (id, column) => text(cell(id, column)),
    asking: () => text(document.querySelector("#principal").selectedOptions[0]),
    state: () => text(document.querySelector(".chip")),
    watching: () => document.querySelector(".feed .light.on") !== null,
    fed: (part) => all(".feed li").some((item) => text(item).includes(part)),
    disabled: (name) => all("button").find((button) => button.getAttribute("aria-label") === name)?.disabled,
    refused: (code, part) => says(".hint", code, part),
    denied: (code, part) => says(".empty", code, part),
    noticed: (code, part) => (code === null ? document.querySelector(".notice.shown .problem") !== null : says(".notice.shown", code, part)),
    answered: (part) => text(document.querySelector(".answer")).includes(part),
    asked: (part) => text(document.querySelector("dialog[open]"))?.includes(part) === true,
    press: (name) => choose(name),
    sorted: () => all("thead th").map((head) => [text(head), head.getAttribute("aria-sort")]),
    answer: (name) => choose(name, document.querySelector("dialog[open]") ?? document.createElement("p")),
    key: (key) => void fire(document.activeElement ?? document.body, key),

    type(selector, value) {
      const input = document.querySelector(selector);
      input.value = value;
      input.dispatchEvent(new Event("input", { bubbles: true }));
    },

    /** Edits a cell; one whose editor is still open, there. */
    edit(id, column, value) {
      const target = cell(id, column);
      if (target.querySelector("input") === null) target.dispatchEvent(new MouseEvent("dblclick", { bubbles: true }));
      const input = target.querySelector("input");
      input.value = value;
      fire(input, "Enter");
    },

    escape: () => all(".editor").forEach((input) => fire(input, "Escape")),

    remove(id) {
      const head = line(id).querySelector("th");
      head.focus();
      fire(head, "Delete");
    },

    lookup(name) {
      const input = document.querySelector(".lookup input");
      input.value = name;
      input.form.requestSubmit();
    },

    as(name) {
      const select = document.querySelector("#principal");
      const index = [...select.options].findIndex((option) => text(option) === name);
      if (index < 0) return false;
      select.selectedIndex = index;
      select.dispatchEvent(new Event("change"));
      return true;
    },

    /** Presses the button, and takes the file before it goes to the disk, in base 64. */
    async download() {
      const click = HTMLAnchorElement.prototype.click;
      const taken = new Promise((resolve) => {
        HTMLAnchorElement.prototype.click = function () {
          HTMLAnchorElement.prototype.click = click;
          resolve(fetch(this.href).then((response) => response.blob()));
        };
      });
      choose("Download");
      const blob = await taken;
      const url = await new Promise((resolve) => {
        const reader = new FileReader();
        reader.addEventListener("load", () => resolve(reader.result));
        reader.readAsDataURL(blob);
      });
      return url.slice(url.indexOf(",") + 1);
    },

    /** Presses the button, and chooses a file of these bytes. */
    upload(base64, name) {
      const click = HTMLInputElement.prototype.click;
      HTMLInputElement.prototype.click = function () {
        HTMLInputElement.prototype.click = click;
        const files = new DataTransfer();
        files.items.add(new File([Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))], name));
        this.files = files.files;
        this.dispatchEvent(new Event("change"));
      };
      choose("Upload");
    },
  };
}
